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

    /// <summary>Reads two vectors of neighbouring bfloat16 in the path's own order: that of <see cref="Split"/>.</summary>
    static abstract (TVector First, TVector Second) LoadTwo(ushort* source);

    /// <summary>Brings two vectors of neighbours into the order of <see cref="LoadTwo"/>.</summary>
    static abstract (TVector First, TVector Second) Split(TVector first, TVector second);

    /// <summary>Brings two vectors in the order of <see cref="LoadTwo"/> back into that of neighbours.</summary>
    static abstract (TVector First, TVector Second) Join(TVector first, TVector second);

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
