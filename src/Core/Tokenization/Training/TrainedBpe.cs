using LlmEfficiency.Core.Tokenization.HuggingFace;

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

    /// <summary>Makes the tokenizer, through the same bytes that <see cref="TokenizerJsonWriter"/> writes.</summary>
    public ITokenizer ToTokenizer()
    {
        var roles = new SequenceRoles(Settings.BeginOfSequence, Settings.EndOfSequence,
            Settings.BeginOfSequence is not null);
        return TokenizerJsonReader.Read("trained tokenizer", TokenizerJsonWriter.TokenizerJson(this), roles);
    }
}
