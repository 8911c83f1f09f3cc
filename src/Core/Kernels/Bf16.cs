using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Kernels;

/// <summary>bfloat16: the upper half of a single.</summary>
internal readonly unsafe struct Bf16 : IElement<ushort>
{
    private const float LeastNormal = 1.17549435e-38f;      // of singles and bf16 alike

    public static int TorchType => 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(ushort* source)
    {
        var half = Vector256.Load(source);
        var wide = Avx512F.IsSupported
            ? Avx512F.ConvertToVector512UInt32(half)
            : Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half));
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadEight(ushort* source)
    {
        var half = Vector128.Load(source);
        var wide = Avx2.IsSupported
            ? Avx2.ConvertToVector256Int32(half).AsUInt32()
            : Vector256.Create(Vector128.WidenLower(half), Vector128.WidenUpper(half));
        return (wide << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ushort* target, Vector512<float> values)
    {
        var kept = RoundedBits(values) >> 16;
        var half = Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(kept)
            : Vector256.Narrow(kept.GetLower(), kept.GetUpper());
        half.Store(target);
    }

    /// <summary>Returns the nearest numbers that are bf16, as singles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Round(Vector512<float> values) => (RoundedBits(values) & Vector512.Create(0xffff0000u)).AsSingle();

    /// <summary>Returns zero in place of what is too small for a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WithoutSubnormals(Vector512<float> values) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(values), Vector512.Create(LeastNormal)), Vector512<float>.Zero, values);

    /// <summary>Returns zero in place of what is too small for a normal number.</summary>
    public static float WithoutSubnormals(float value) => MathF.Abs(value) < LeastNormal ? 0 : value;

    public static float Get(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    public static ushort Round(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits | 0x400000u) >> 16) : (ushort)((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
    }

    // The upper half is what is kept. Just under half a unit is added, and one more where the kept part is odd. NaN stays NaN: its top mantissa bit is set first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> RoundedBits(Vector512<float> values)
    {
        var bits = values.AsUInt32();
        var rounded = bits + Vector512.Create(0x7fffu) + ((bits >> 16) & Vector512<uint>.One);
        return Vector512.ConditionalSelect(Vector512.Equals(values, values).AsUInt32(), rounded, bits | Vector512.Create(0x400000u));
    }
}
