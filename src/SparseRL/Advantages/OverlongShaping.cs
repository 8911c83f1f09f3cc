namespace LlmEfficiency.SparseRL.Advantages;

/// <summary>DAPO's soft overlong punishment.</summary>
public static class OverlongShaping
{
    /// <summary>Returns what is added to a response's reward: 0 up to (most − buffer), then a line down to −factor at the most.</summary>
    /// <param name="length">Tokens of the response.</param>
    /// <param name="most">Most tokens of a response.</param>
    /// <param name="buffer">Tokens over which the penalty grows.</param>
    /// <param name="factor">The penalty at the end.</param>
    public static double Penalty(int length, int most, int buffer, double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buffer);
        var over = Math.Clamp(length - (most - buffer), 0, buffer);
        return over == 0 ? 0 : -factor * over / buffer;
    }
}
