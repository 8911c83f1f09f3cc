using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Where the parts of a model come from. What it hands out is disposed by who took it, and before the source is.</summary>
internal interface IPartSource : IDisposable
{
    /// <summary>Returns a matrix.</summary>
    PackedMatrix Matrix(WeightPart part);

    /// <summary>Returns numbers, <c>[outputs]</c>.</summary>
    NativeBuffer<float> Numbers(WeightPart part);
}
