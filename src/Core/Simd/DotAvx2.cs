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
    public static Vector256<float> All(float value) => DotVnni.All(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Load(byte* source) => DotVnni.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Low(Vector256<int> bytes) => DotVnni.Low(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> High(Vector256<int> bytes) => DotVnni.High(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Vector256<int> first, ref Vector256<int> second, (Vector256<int> First, Vector256<int> Second) weights, int* row)
    {
        Vector256<short> even = Vector256.Create(row[0]).AsInt16(), odd = Vector256.Create(row[1]).AsInt16();
        first = Add(first, weights.First, even, odd);
        second = Add(second, weights.Second, even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Plus(Vector256<int> sums, Vector256<int> others) => sums + others;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Scale(ushort* source) => DotVnni.Scale(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Times(Vector256<float> values, Vector256<float> factors) => values * factors;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Finish(Vector256<int> sums, Vector256<float> scale, Vector256<float> total) => DotVnni.Finish(sums, scale, total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> totals, float* target) => totals.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add(Vector256<int> sums, Vector256<int> weights, Vector256<short> even, Vector256<short> odd) =>
        sums + Avx2.MultiplyAddAdjacent(weights.AsInt16() & Vector256.Create((short)0xff), even)
            + Avx2.MultiplyAddAdjacent((weights.AsUInt16() >>> 8).AsInt16(), odd);
}
