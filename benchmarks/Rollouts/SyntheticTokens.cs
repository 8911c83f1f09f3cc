using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Benchmarks.Rollouts;

/// <summary>A tokenizer for a model with random weights: every id stands for one letter.</summary>
internal sealed class SyntheticTokens(int size) : ITokenizer
{
    private static readonly byte[] Letter = [(byte)'x'];

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; } = new() { Size = size, Specials = new Dictionary<string, int>(StringComparer.Ordinal) };

    /// <inheritdoc/>
    public IReadOnlyList<int> Encode(string text, SpecialTokenHandling specials = SpecialTokenHandling.AsText) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> BytesOf(int id) => Letter;
}
