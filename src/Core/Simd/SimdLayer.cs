using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>The weights of one layer.</summary>
/// <param name="AttentionNorm">Factors of the norm before attention, <c>[hidden]</c>; null where a draft head has none.</param>
/// <param name="Projections">Queries, keys and values, one behind the other.</param>
/// <param name="Output">What attention's result goes through.</param>
/// <param name="FeedForwardNorm">Factors of the norm before the feed-forward part, <c>[hidden]</c>.</param>
/// <param name="Gate">The gates.</param>
/// <param name="Up">What the gates let through.</param>
/// <param name="Down">Back to the residual stream.</param>
internal sealed record SimdLayer(
    NativeBuffer<float>? AttentionNorm, SimdLinear Projections, SimdLinear Output, NativeBuffer<float> FeedForwardNorm, SimdLinear Gate, SimdLinear Up, SimdLinear Down);
