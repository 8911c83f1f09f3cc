using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>AVX-VNNI, which multiplies and adds four bytes at once.</summary>
internal readonly unsafe struct DotVnni : IDotPath<Vector256<int>, Vector256<float>>
{
    public static int Count => 8;

    public static int Words => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> All(int value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> All(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* source) => Vector256.Load(source).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Low(Vector256<int> bytes) => Look(bytes & Vector256.Create(0x0f0f0f0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> High(Vector256<int> bytes) => Look((bytes >>> 4) & Vector256.Create(0x0f0f0f0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Vector256<int> first, ref Vector256<int> second, (Vector256<int> First, Vector256<int> Second) weights, int* row)
    {
        var bytes = Vector256.Create(*row).AsSByte();
        first = AvxVnni.MultiplyWideningAndAdd(first, weights.First.AsByte(), bytes);
        second = AvxVnni.MultiplyWideningAndAdd(second, weights.Second.AsByte(), bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Plus(Vector256<int> sums, Vector256<int> others) => sums + others;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(ushort* source) => Bf16.LoadEight(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Times(Vector256<float> values, Vector256<float> factors) => values * factors;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Finish(Vector256<int> sums, Vector256<float> scale, Vector256<float> total) =>
        Vector256.FusedMultiplyAdd(Vector256.ConvertToSingle(sums), scale, total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> totals, float* target) => totals.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Look(Vector256<int> indices) =>
        Avx2.Shuffle(Vector256.Create(HalfByteLevels.Bytes, HalfByteLevels.Bytes), indices.AsByte()).AsInt32();
}
