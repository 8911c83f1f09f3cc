using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>How perplexity is measured.</summary>
public sealed record PerplexitySettings
{
    /// <summary>Gets how many tokens the model sees at once, at least two; the model's context by default.</summary>
    public int? Window { get; init; }

    /// <summary>
    /// Gets how many tokens of a long document each further window scores, 1 to window - 1; half the window by default.
    /// A short stride gives every token more context and costs more.
    /// </summary>
    public int? Stride { get; init; }

    /// <summary>Gets how many windows run together.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>Gets how many documents are read, from the first on; all by default.</summary>
    public long? Limit { get; init; }

    /// <summary>Settles window and stride for a model.</summary>
    /// <param name="contextLength">The model's context.</param>
    /// <exception cref="LlmEfficiencyException">A setting is outside its range.</exception>
    public (int Window, int Stride) Settle(int contextLength)
    {
        var window = Window ?? contextLength;
        Require(
            window >= 2 && window <= contextLength,
            nameof(Window),
            window,
            $"2 to the model's context, {contextLength}");
        var stride = Stride ?? window / 2;
        Require(stride >= 1 && stride < window, nameof(Stride), stride, $"1 to {window - 1}, one less than the window");
        Require(Batch >= 1, nameof(Batch), Batch, "1 or more");
        Require(Limit is null or >= 1, nameof(Limit), Limit ?? 1, "1 or more");
        return (window, stride);
    }

    private static void Require(bool isAllowed, string property, long value, string range)
    {
        if (!isAllowed)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"{property} is {value}: allowed is {range}");
        }
    }
}
