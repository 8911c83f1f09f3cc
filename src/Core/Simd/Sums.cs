using System.Runtime.CompilerServices;

namespace LlmEfficiency.Core.Simd;

/// <summary>Sums that stay in registers: of one factor by some vectors, each added to its own.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TPath">Its operations.</typeparam>
internal static class Sums<TVector, TPath>
    where TVector : struct
    where TPath : struct, IVectorPath<TVector>
{
    /// <summary>Adds the products by two vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddTwo(TVector factor, TVector w0, TVector w1, ref TVector s0, ref TVector s1)
    {
        s0 = TPath.MultiplyAdd(factor, w0, s0);
        s1 = TPath.MultiplyAdd(factor, w1, s1);
    }

    /// <summary>Adds the products by four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddFour(
        TVector factor, TVector w0, TVector w1, TVector w2, TVector w3, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3)
    {
        AddTwo(factor, w0, w1, ref s0, ref s1);
        AddTwo(factor, w2, w3, ref s2, ref s3);
    }
}
