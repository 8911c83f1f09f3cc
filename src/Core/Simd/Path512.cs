using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Vectors of sixteen.</summary>
internal readonly unsafe struct Path512 : IVectorPath<Vector512<float>>
{
    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* source) => Bf16.Load(source);

    // One load for thirty-two numbers: those of even places and those of odd ones.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) LoadTwo(ushort* source)
    {
        var pairs = Vector512.Load((uint*)source);
        return ((pairs << 16).AsSingle(), (pairs & Vector512.Create(0xffff0000u)).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) Split(Vector512<float> first, Vector512<float> second)
    {
        var order = Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
        var (low, high) = (Vector512.Shuffle(first, order), Vector512.Shuffle(second, order));
        return (Vector512.Create(low.GetLower(), high.GetLower()), Vector512.Create(low.GetUpper(), high.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<float> First, Vector512<float> Second) Join(Vector512<float> first, Vector512<float> second)
    {
        var order = Vector512.Create(0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
        var (low, high) = (Vector512.Create(first.GetLower(), second.GetLower()), Vector512.Create(first.GetUpper(), second.GetUpper()));
        return (Vector512.Shuffle(low, order), Vector512.Shuffle(high, order));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(sbyte* source)
    {
        var bytes = Vector128.Load(source);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(bytes)
            : Vector512.Create(
                Vector256.Create(Vector128.WidenLower(Vector128.WidenLower(bytes)), Vector128.WidenUpper(Vector128.WidenLower(bytes))),
                Vector256.Create(Vector128.WidenLower(Vector128.WidenUpper(bytes)), Vector128.WidenUpper(Vector128.WidenUpper(bytes))));
        return Vector512.ConvertToSingle(wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> All(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) => Vector512.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> vector, float* target) => vector.Store(target);
}
