using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>A linear map.</summary>
/// <param name="Matrix">The matrix.</param>
/// <param name="Bias">What is added, <c>[outputs]</c>, or null.</param>
internal sealed record SimdLinear(PackedMatrix Matrix, NativeBuffer<float>? Bias);
