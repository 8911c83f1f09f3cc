using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Single precision.</summary>
internal readonly unsafe struct Fp32 : IElement<float>
{
    public static int TorchType => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadEight(float* source) => Vector256.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Vector512<float> values) => values.Store(target);

    public static float Get(float value) => value;

    public static float Round(float value) => value;
}
