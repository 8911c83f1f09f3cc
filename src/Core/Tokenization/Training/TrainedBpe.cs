using System.Text;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Training;

/// <summary>
/// A byte-level BPE vocabulary: ids 0 to 255 are the bytes, then come the merges, then the special tokens.
/// </summary>
/// <param name="Settings">What was asked for.</param>
/// <param name="Merges">The pairs of ids in order; merge number i makes the token 256 + i.</param>
public sealed record TrainedBpe(BpeTrainingSettings Settings, IReadOnlyList<(int Left, int Right)> Merges)
{
    /// <summary>Gets the number of tokens.</summary>
    public int Size => 256 + Merges.Count + Settings.Specials.Count;

    /// <summary>Returns the bytes of each token that is not special, by id.</summary>
    public IReadOnlyList<byte[]> Spellings()
    {
        var spellings = new List<byte[]>(Size);
        spellings.AddRange(Enumerable.Range(0, 256).Select(value => new[] { (byte)value }));
        foreach (var (left, right) in Merges)
        {
            spellings.Add([.. spellings[left], .. spellings[right]]);
        }

        return spellings;
    }

    /// <summary>Makes the tokenizer, which <see cref="HuggingFace.TokenizerJsonWriter"/> can write.</summary>
    public ITokenizer ToTokenizer()
    {
        var spellings = Spellings();
        var pairs = new PairTable(Merges.Count);
        for (var i = 0; i < Merges.Count; i++)
        {
            pairs.Add(Merges[i].Left, Merges[i].Right, i, 256 + i);
        }

        AddedToken[] added =
            [.. Settings.Specials.Select((s, i) => new AddedToken(spellings.Count + i, s) { IsSpecial = true })];
        var ids = added.ToDictionary(token => token.Content, token => token.Id);
        return new BpeTokenizer(new BpeDefinition
        {
            Tokens = new TokenTable(spellings, _ => true),
            Pairs = pairs,
            Model = new BpeModelOptions { SymbolsAreBytes = true },
            Added = added,
            Normalizers = Settings.PreTokenizer == PreTokenizers.Qwen2
                ? [new UnicodeNormalizer(NormalizationForm.FormC)]
                : [],
            PreTokenizer = PreTokenizers.ForPattern(Settings.PreTokenizer.Pattern, SplitBehavior.Isolated),
            Vocabulary = new Vocabulary
            {
                Size = Size,
                Specials = ids,
                BeginOfSequence = Settings.BeginOfSequence is { } begin ? ids[begin] : null,
                EndOfSequence = Settings.EndOfSequence is { } end ? ids[end] : null,
                AddsBeginOfSequence = Settings.BeginOfSequence is not null,
            },
        });
    }
}
