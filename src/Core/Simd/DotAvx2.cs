using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>AVX2, which multiplies and adds two 16-bit numbers at once.</summary>
internal readonly unsafe struct DotAvx2 : IDotPath<Vector256<int>, Vector256<float>>
{
    public static int Count => DotVnni.Count;

    public static int Words => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> All(int value) => DotVnni.All(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* source) => DotVnni.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Low(Vector256<int> bytes) => DotVnni.Low(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> High(Vector256<int> bytes) => DotVnni.High(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<int> weights, int* row)
    {
        var (even, odd) = (weights.AsInt16() & Vector256.Create((short)0xff), weights.AsUInt16() >>> 8);
        return sums + Avx2.MultiplyAddAdjacent(even, Vector256.Create(row[0]).AsInt16())
            + Avx2.MultiplyAddAdjacent(odd.AsInt16(), Vector256.Create(row[1]).AsInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Plus(Vector256<int> sums, Vector256<int> others) => sums + others;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(ushort* source) => DotVnni.Scale(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Times(Vector256<float> values, float factor) => values * Vector256.Create(factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Finish(Vector256<int> sums, Vector256<float> scale, Vector256<float> total) => DotVnni.Finish(sums, scale, total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> totals, float* target) => totals.Store(target);
}
