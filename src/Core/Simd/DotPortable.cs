using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Simd;

/// <summary>Vectors of four outputs, which every processor has or imitates.</summary>
internal readonly unsafe struct DotPortable : IDotPath<Vector128<int>, Vector128<float>>
{
    public static int Count => 4;

    public static int Words => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> All(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> All(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(byte* source) => Vector128.Load(source).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Low(Vector128<int> bytes) => Look(bytes & Vector128.Create(0x0f0f0f0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> High(Vector128<int> bytes) => Look((bytes >>> 4) & Vector128.Create(0x0f0f0f0f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref Vector128<int> first, ref Vector128<int> second, (Vector128<int> First, Vector128<int> Second) weights, int* row)
    {
        Vector128<short> even = Vector128.Create(row[0]).AsInt16(), odd = Vector128.Create(row[1]).AsInt16();
        first = Add(first, weights.First, even, odd);
        second = Add(second, weights.Second, even, odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Plus(Vector128<int> sums, Vector128<int> others) => sums + others;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Scale(ushort* source) => Path128.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Times(Vector128<float> values, Vector128<float> factors) => values * factors;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Finish(Vector128<int> sums, Vector128<float> scale, Vector128<float> total) =>
        Vector128.FusedMultiplyAdd(Vector128.ConvertToSingle(sums), scale, total);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<float> totals, float* target) => totals.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Look(Vector128<int> indices) => Vector128.Shuffle(HalfByteLevels.Bytes, indices.AsByte()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Add(Vector128<int> sums, Vector128<int> weights, Vector128<short> even, Vector128<short> odd) =>
        sums + Both((weights.AsInt16() & Vector128.Create((short)0xff)) * even) + Both((weights.AsUInt16() >>> 8).AsInt16() * odd);

    // A byte times a signed byte fits into sixteen bits: 255 · 127 < 2¹⁵.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Both(Vector128<short> products) => ((products.AsInt32() << 16) >> 16) + (products.AsInt32() >> 16);
}
