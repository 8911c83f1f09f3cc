using System.Globalization;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>A vocabulary of spellings with merges in order of their rank, collected while a file is read.</summary>
internal sealed class MergeList(string name)
{
    private readonly Dictionary<string, int> _ids = [];
    private readonly List<(int Left, int Right, int Merged)> _merges = [];
    private char[] _joined = new char[64];

    /// <summary>Adds a token; the first of equal spellings counts.</summary>
    public void AddToken(string spelling, int id) => _ids.TryAdd(spelling, id);

    /// <summary>Returns the id of a spelling, or null.</summary>
    public int? Find(string spelling) => _ids.TryGetValue(spelling, out var id) ? id : null;

    /// <summary>Adds the next merge, two spellings with a space between.</summary>
    /// <exception cref="LlmEfficiencyException">There is no space, or a part or the whole is no token.</exception>
    public void AddMerge(string merge)
    {
        var space = merge.IndexOf(' ', StringComparison.Ordinal);
        AddMerge(merge.AsSpan(0, Math.Max(space, 0)), merge.AsSpan(space + 1));
    }

    /// <summary>Adds the next merge.</summary>
    /// <exception cref="LlmEfficiencyException">A part or the whole is no token.</exception>
    public void AddMerge(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var length = left.Length + right.Length;
        if (_joined.Length < length)
        {
            _joined = new char[length * 2];
        }

        left.CopyTo(_joined);
        right.CopyTo(_joined.AsSpan(left.Length));
        var lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
        if (left.IsEmpty || right.IsEmpty || !lookup.TryGetValue(left, out var leftId)
            || !lookup.TryGetValue(right, out var rightId)
            || !lookup.TryGetValue(_joined.AsSpan(0, length), out var merged))
        {
            throw new LlmEfficiencyException(ErrorKind.Input, string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: merge {_merges.Count} joins '{left}' and '{right}'; both and the whole must be tokens"));
        }

        _merges.Add((leftId, rightId, merged));
    }

    /// <summary>Makes the tokenizer.</summary>
    /// <param name="pipeline">What happens around the model.</param>
    /// <param name="model">How pieces begin; byte-fallback tokens are added to it where it asks for them.</param>
    /// <param name="added">Tokens found as a whole. No merge makes a special one.</param>
    /// <param name="vocabulary">Its size covers all ids.</param>
    public BpeTokenizer ToTokenizer(
        TextPipeline pipeline, BpeModelOptions model, IReadOnlyList<AddedToken> added, Vocabulary vocabulary)
    {
        var spellings = new byte[vocabulary.Size][];
        Array.Fill(spellings, []);
        foreach (var (spelling, id) in _ids)
        {
            var bytes = pipeline.SymbolsAreBytes ? ByteAlphabet.ToBytes(spelling) : null;
            spellings[id] = bytes ?? Encoding.UTF8.GetBytes(spelling);
        }

        var hidden = added.Where(t => t.IsSpecial).Select(t => t.Id).ToHashSet();
        var pairs = new PairTable(_merges.Count);
        for (var rank = 0; rank < _merges.Count; rank++)
        {
            if (!hidden.Contains(_merges[rank].Merged))
            {
                pairs.Add(_merges[rank].Left, _merges[rank].Right, rank, _merges[rank].Merged);
            }
        }

        return new BpeTokenizer(new BpeDefinition
        {
            Tokens = new TokenTable(spellings, id => !hidden.Contains(id)),
            Pairs = pairs,
            Model = model,
            Added = added,
            Normalizers = [.. pipeline.Normalizers],
            PreTokenizer = pipeline.PreTokenizers.Count > 1
                ? new SequencePreTokenizer([.. pipeline.PreTokenizers])
                : pipeline.PreTokenizers.FirstOrDefault(),
            Replacements = [.. pipeline.Replacements],
            Vocabulary = vocabulary,
        });
    }
}
