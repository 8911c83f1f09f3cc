using System.Runtime.InteropServices;
using System.Text;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Training;

/// <summary>Counts the pieces of a stream of text; memory grows with the different pieces, not with the text.</summary>
internal sealed class PieceCounter(NamedPreTokenizer preTokenizer)
{
    private const int BlockLength = 1 << 18;

    private readonly Dictionary<string, long> _counts = [];
    private readonly List<int> _ends = [];

    /// <summary>Gets the pieces with their counts.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts one document.</summary>
    public void Add(string document)
    {
        var text = preTokenizer == PreTokenizers.Qwen2 ? UnicodeForms.Normalize(document, NormalizationForm.FormC) : document;
        _ends.Clear();
        preTokenizer.Split.Split(text, _ends);
        var (lookup, start) = (_counts.GetAlternateLookup<ReadOnlySpan<char>>(), 0);
        foreach (var end in _ends)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(lookup, text.AsSpan(start, end - start), out _)++;
            start = end;
        }
    }

    /// <summary>Counts a document block by block, with the same result as in one.</summary>
    /// <remarks>A block ends between a letter and a space that a letter follows, where every split cuts.</remarks>
    public void Add(TextReader document)
    {
        var open = new StringBuilder();
        var block = new char[BlockLength];
        for (int read; (read = document.Read(block)) > 0;)
        {
            var cut = LastCut(block.AsSpan(0, read));
            if (cut > 0)
            {
                Add(WellFormed(open.Append(block, 0, cut)));
                open.Clear();
            }

            open.Append(block, cut, read - cut);
        }

        Add(WellFormed(open));
    }

    private static int LastCut(ReadOnlySpan<char> block)
    {
        for (var at = block.Length - 2; at > 0; at--)
        {
            if (block[at] == ' ' && char.IsLetter(block[at - 1]) && char.IsLetter(block[at + 1]))
            {
                return at;
            }
        }

        return 0;
    }

    // A lone surrogate becomes U+FFFD, as in encoding.
    private static string WellFormed(StringBuilder text)
    {
        var whole = text.ToString();
        return whole.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(whole))
            : whole;
    }
}
