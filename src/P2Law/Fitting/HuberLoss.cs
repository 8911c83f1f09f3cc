namespace LlmEfficiency.P2Law.Fitting;

/// <summary>The loss of Huber (1964): quadratic near zero, linear further out.</summary>
public static class HuberLoss
{
    /// <summary>r²/2 for |r| up to δ, else δ (|r| − δ/2).</summary>
    public static double Value(double residual, double delta)
    {
        var size = Math.Abs(residual);
        return size <= delta ? 0.5 * residual * residual : delta * (size - (0.5 * delta));
    }

    /// <summary>The derivative: r, kept within ±δ.</summary>
    public static double Slope(double residual, double delta) => Math.Clamp(residual, -delta, delta);
}
