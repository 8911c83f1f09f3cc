using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>Chooses among the paths.</summary>
public static class SimdPaths
{
    /// <summary>Gets the widest path that this processor has.</summary>
    public static SimdPath Best { get; } =
        Vector512.IsHardwareAccelerated && Avx512BW.VL.IsSupported ? SimdPath.Avx512
        : Avx2.IsSupported && Fma.IsSupported ? SimdPath.Avx2
        : SimdPath.Portable;

    /// <summary>Gets all paths that this processor has.</summary>
    public static IReadOnlyList<SimdPath> Available { get; } = [.. Enum.GetValues<SimdPath>().Where(path => path <= Best)];
}
