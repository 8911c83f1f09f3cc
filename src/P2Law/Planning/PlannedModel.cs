namespace LlmEfficiency.P2Law.Planning;

/// <summary>A model that is to be pruned and trained. What a law does not need may be NaN.</summary>
/// <param name="Size">N0, the parameters before pruning.</param>
/// <param name="Rate">ρ.</param>
/// <param name="BaseLoss">L0 in nats.</param>
/// <param name="BaseTokens">D1, the tokens before.</param>
public sealed record PlannedModel(double Size, double Rate = double.NaN, double BaseLoss = double.NaN, double BaseTokens = double.NaN)
{
    /// <summary>
    /// Returns the FLOPs of one token of training: 6 for each parameter that is left; for each parameter at all if zeros are
    /// multiplied too, as dense kernels do with 2:4 weights.
    /// </summary>
    /// <param name="isDense">Whether zeros are multiplied.</param>
    public double FlopsPerToken(bool isDense) => 6 * Size * (isDense || double.IsNaN(Rate) ? 1 : 1 - Rate);
}
