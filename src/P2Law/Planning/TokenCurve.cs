using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>
/// A loss over tokens of the form L(D) = asymptote + scale · D^−β, and what follows from it. For P2 Law, with
/// K = ρ^−γ N0^−δ: asymptote = L0 + K (N_C N0^−α + E), scale = K D_C.
/// </summary>
/// <param name="Asymptote">What no number of tokens goes below, in nats.</param>
/// <param name="Scale">The excess at D = 1 unit, in nats.</param>
/// <param name="Exponent">β.</param>
public readonly record struct TokenCurve(double Asymptote, double Scale, double Exponent)
{
    /// <summary>Gets whether the loss is the same after any number of tokens.</summary>
    public bool IsFlat => Scale == 0 || Exponent == 0;

    /// <summary>Takes the curve out of a law; null if the law is not of this form, or its constants make the loss rise.</summary>
    /// <param name="law">The law.</param>
    /// <param name="constants">Coefficients, then exponents.</param>
    /// <param name="point">Where; its tokens do not matter.</param>
    public static TokenCurve? Of(ILaw law, ReadOnlySpan<double> constants, in LawPoint point)
    {
        if (law.Description.TokenTerm is not var (term, exponent))
        {
            return null;
        }

        var coefficients = law.Description.Coefficients.Count;
        var single = point.WithTokens(1);
        Span<double> terms = stackalloc double[coefficients];
        Span<double> slopes = stackalloc double[coefficients * law.Description.Exponents.Count];
        law.Terms(single, constants[coefficients..], terms, slopes);
        var scale = constants[term] * terms[term];
        var (loss, power) = (law.Loss(constants, single), constants[coefficients + exponent]);
        if (scale < 0 || power < 0)
        {
            return null;
        }

        return power == 0 ? new TokenCurve(loss, 0, 0) : new TokenCurve(loss - scale, scale, power); // D^0 belongs to the asymptote
    }

    /// <summary>L(D).</summary>
    public double Loss(double tokens) => Asymptote + (Scale * Math.Pow(tokens, -Exponent));

    /// <summary>−dL/dD = β · scale · D^(−β−1): what one more unit of tokens brings.</summary>
    public double Gain(double tokens) => Exponent * Scale * Math.Pow(tokens, -Exponent - 1);

    /// <summary>Where the gain has fallen to τ: D = (β · scale / τ)^(1/(β+1)); 0 for a flat curve.</summary>
    /// <param name="gain">τ in nats per unit of tokens, above 0.</param>
    public double TokensForGain(double gain) => IsFlat ? 0 : Math.Pow(Exponent * Scale / gain, 1 / (Exponent + 1));

    /// <summary>
    /// Where the loss has fallen to a target: D = (scale / (target − asymptote))^(1/β); infinite at or below the asymptote. A
    /// flat curve is there at 0 tokens or never.
    /// </summary>
    public double TokensForLoss(double target) => IsFlat
        ? Loss(1) <= target ? 0 : double.PositiveInfinity
        : target > Asymptote ? Math.Pow(Scale / (target - Asymptote), 1 / Exponent) : double.PositiveInfinity;

    /// <summary>Where a part of the gap between L(D0) and the asymptote is closed: D = D0 (1 − p)^(−1/β); 0 for a flat curve.</summary>
    /// <param name="start">D0 in units of tokens.</param>
    /// <param name="fraction">p, between 0 and 1.</param>
    public double TokensForFraction(double start, double fraction) => IsFlat ? 0 : start * Math.Pow(1 - fraction, -1 / Exponent);
}
