namespace LlmEfficiency.Core.Decoding;

/// <summary>Logits in host memory, one row a token.</summary>
/// <param name="values">Values, <c>[rows, step]</c> row by row.</param>
/// <param name="vocabularySize">The length of a row.</param>
/// <param name="step">The distance of two rows, which may be more than their length.</param>
public sealed class LogitBlock(ReadOnlyMemory<float> values, int vocabularySize, int step)
{
    /// <summary>Takes rows that lie one behind the other.</summary>
    /// <param name="values">Values, <c>[rows, vocab]</c> row by row.</param>
    /// <param name="vocabularySize">The length of a row.</param>
    public LogitBlock(ReadOnlyMemory<float> values, int vocabularySize)
        : this(values, vocabularySize, vocabularySize)
    {
    }

    /// <summary>Gets the number of rows.</summary>
    public int Rows => values.Length / step;

    /// <summary>Gets the logits of one token, <c>[vocab]</c>.</summary>
    public ReadOnlySpan<float> this[int row] => values.Span.Slice(row * step, vocabularySize);

    /// <summary>Returns whether the values lie at the beginning of an array.</summary>
    internal bool Lies(float[] array) => values.IsEmpty ? array.Length == 0 : values.Span.Overlaps(array);
}
