namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>PPO's clipped surrogate: −min(ρ·A, clip(ρ, 1 − low, 1 + high)·A), with ρ = π_θ / π_old.</summary>
public static class ClippedSurrogate
{
    /// <summary>Bound of ln ρ: behind it the ratio is constant.</summary>
    internal const double LogRatioBound = 20;

    /// <summary>Computes the surrogate of a ratio.</summary>
    /// <param name="logRatio">ln ρ.</param>
    /// <param name="advantage">A.</param>
    /// <param name="low">How far the ratio may fall below 1 when the advantage is negative.</param>
    /// <param name="high">How far it may rise above 1 when the advantage is positive.</param>
    /// <param name="dual">c: with a negative advantage the loss is at most −c·A; null for no bound.</param>
    /// <remarks>A bound holds only beyond its value: at it the gradient still flows.</remarks>
    public static SurrogateTerm Of(double logRatio, double advantage, double low, double high, double? dual)
    {
        var ratio = Math.Exp(Math.Clamp(logRatio, -LogRatioBound, LogRatioBound));
        var region =
            advantage > 0 && ratio > 1 + high ? ClipRegion.High
            : advantage < 0 && ratio < 1 - low ? ClipRegion.Low
            : advantage < 0 && ratio > dual ? ClipRegion.Dual
            : ClipRegion.None;
        var bounded = region switch
        {
            ClipRegion.High => 1 + high,
            ClipRegion.Low => 1 - low,
            ClipRegion.Dual => dual!.Value,
            _ => ratio,
        };
        var slope = region == ClipRegion.None && Math.Abs(logRatio) <= LogRatioBound ? -ratio * advantage : 0;
        return new SurrogateTerm(-bounded * advantage, slope, ratio, region);
    }
}
