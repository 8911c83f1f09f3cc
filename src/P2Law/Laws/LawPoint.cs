namespace LlmEfficiency.P2Law.Laws;

/// <summary>One place where a law is asked for a loss. Logarithms are taken once, since fits ask for them often.</summary>
public readonly record struct LawPoint
{
    /// <summary>Makes a place; what a law does not need may be NaN.</summary>
    /// <param name="size">N0 in the unit of sizes, above 0.</param>
    /// <param name="tokens">D in the unit of tokens, above 0.</param>
    /// <param name="rate">ρ, between 0 and 1.</param>
    /// <param name="baseLoss">L0 in nats.</param>
    /// <param name="baseTokens">D1 in the unit of tokens, above 0.</param>
    public LawPoint(
        double size, double tokens, double rate = double.NaN, double baseLoss = double.NaN, double baseTokens = double.NaN)
    {
        (Size, Tokens, Rate, BaseLoss, BaseTokens) = (size, tokens, rate, baseLoss, baseTokens);
        (LogSize, LogTokens, LogRate) = (Math.Log(size), Math.Log(tokens), Math.Log(rate));
        (LogKept, LogBaseTokens) = (Math.Log(1 - rate), Math.Log(baseTokens));
    }

    /// <summary>Gets N0 in the unit of sizes.</summary>
    public double Size { get; }

    /// <summary>Gets D in the unit of tokens.</summary>
    public double Tokens { get; }

    /// <summary>Gets ρ.</summary>
    public double Rate { get; }

    /// <summary>Gets L0 in nats.</summary>
    public double BaseLoss { get; }

    /// <summary>Gets D1 in the unit of tokens.</summary>
    public double BaseTokens { get; }

    /// <summary>Gets ln N0.</summary>
    public double LogSize { get; }

    /// <summary>Gets ln D.</summary>
    public double LogTokens { get; }

    /// <summary>Gets ln ρ.</summary>
    public double LogRate { get; }

    /// <summary>Gets ln(1 − ρ).</summary>
    public double LogKept { get; }

    /// <summary>Gets ln D1.</summary>
    public double LogBaseTokens { get; }

    /// <summary>Returns the same place after other tokens.</summary>
    public LawPoint WithTokens(double tokens) => new(Size, tokens, Rate, BaseLoss, BaseTokens);

    /// <summary>Returns an input, NaN where it is not known.</summary>
    public double Value(LawInputs input) => input switch
    {
        LawInputs.Size => Size,
        LawInputs.Tokens => Tokens,
        LawInputs.Rate => Rate,
        LawInputs.BaseLoss => BaseLoss,
        LawInputs.BaseTokens => BaseTokens,
        _ => double.NaN,
    };
}
