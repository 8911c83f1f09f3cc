namespace LlmEfficiency.Core.Decoding;

/// <summary>Logits in host memory, one row a token.</summary>
/// <param name="values">Values, <c>[rows, vocab]</c> row by row.</param>
/// <param name="vocabularySize">The length of a row.</param>
public sealed class LogitBlock(ReadOnlyMemory<float> values, int vocabularySize)
{
    /// <summary>Gets the number of rows.</summary>
    public int Rows => values.Length / vocabularySize;

    /// <summary>Gets the logits of one token, <c>[vocab]</c>.</summary>
    public ReadOnlySpan<float> this[int row] => values.Span.Slice(row * vocabularySize, vocabularySize);
}
