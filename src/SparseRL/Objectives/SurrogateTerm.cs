namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>A clipped surrogate's loss and its derivative by the logarithm of the ratio.</summary>
/// <param name="Loss">−min(ρ·A, clip(ρ)·A).</param>
/// <param name="Slope">d loss / d ln ρ: −ρ·A where no bound holds, else 0.</param>
/// <param name="Ratio">ρ.</param>
/// <param name="Region">The bound that holds.</param>
public readonly record struct SurrogateTerm(double Loss, double Slope, double Ratio, ClipRegion Region);
