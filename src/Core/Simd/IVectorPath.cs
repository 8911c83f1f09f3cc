namespace LlmEfficiency.Core.Simd;

/// <summary>Vectors of one width, in whose terms the kernels are written. All operations are rounded once, so paths agree bit by bit.</summary>
/// <typeparam name="TVector">The vector.</typeparam>
internal unsafe interface IVectorPath<TVector>
    where TVector : struct
{
    /// <summary>Gets how many singles a vector holds: a divisor of sixteen.</summary>
    static abstract int Count { get; }

    /// <summary>Reads neighbouring singles.</summary>
    static abstract TVector Load(float* source);

    /// <summary>Reads neighbouring bfloat16.</summary>
    static abstract TVector Load(ushort* source);

    /// <summary>Reads the first bfloat16 of neighbouring pairs.</summary>
    static abstract TVector LoadFirst(uint* source);

    /// <summary>Reads the second bfloat16 of neighbouring pairs.</summary>
    static abstract TVector LoadSecond(uint* source);

    /// <summary>Reads neighbouring signed bytes.</summary>
    static abstract TVector Load(sbyte* source);

    /// <summary>Returns the same number in all lanes.</summary>
    static abstract TVector All(float value);

    /// <summary>Returns <c>a · b + sum</c>, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector sum);

    /// <summary>Returns <c>a · b</c>.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>Writes neighbouring singles.</summary>
    static abstract void Store(TVector vector, float* target);
}
