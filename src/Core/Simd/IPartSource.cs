using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Where the parts of a model come from. What it hands out is disposed by who took it, and before the source is.</summary>
internal unsafe interface IPartSource : IDisposable
{
    /// <summary>Returns a matrix.</summary>
    PackedMatrix Matrix(WeightPart part);

    /// <summary>Returns numbers, <c>[outputs]</c>.</summary>
    NativeBuffer<float> Numbers(WeightPart part);

    /// <summary>Shows the bytes of parts, one part at a time.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="visit">Sees where each part's first byte lies; the memory is valid during the call.</param>
    void Visit(IEnumerable<WeightPart> parts, Action<WeightPart, IntPtr> visit)
    {
        foreach (var part in parts)
        {
            if (part.Format is null)
            {
                using var numbers = Numbers(part);
                visit(part, (IntPtr)numbers.Pointer);
            }
            else
            {
                using var matrix = Matrix(part);
                visit(part, (IntPtr)matrix.Memory);
            }
        }
    }
}
