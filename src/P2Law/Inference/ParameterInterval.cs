namespace LlmEfficiency.P2Law.Inference;

/// <summary>A range that holds a value with some confidence; an end that is infinite is open.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
public readonly record struct ParameterInterval(double Lower, double Upper)
{
    /// <summary>Returns whether a value lies inside.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;
}
