namespace LlmEfficiency.Core.Simd;

/// <summary>Dot products of bytes, added up exactly as 32-bit integers: the lanes are outputs, each of four neighbouring inputs.</summary>
/// <typeparam name="TSum">A vector of 32-bit sums.</typeparam>
/// <typeparam name="TFloat">A vector of as many singles.</typeparam>
internal unsafe interface IDotPath<TSum, TFloat>
    where TSum : struct
    where TFloat : struct
{
    /// <summary>Gets how many outputs a vector holds: half of a panel, or less.</summary>
    static abstract int Count { get; }

    /// <summary>Gets how many 32-bit words of a row <see cref="Add"/> reads for four inputs: 1 are bytes, 2 are the even and the odd as 16-bit pairs.</summary>
    static abstract int Words { get; }

    /// <summary>Returns the same number in all lanes.</summary>
    static abstract TSum All(int value);

    /// <summary>Returns the same number in all lanes.</summary>
    static abstract TFloat All(float value);

    /// <summary>Reads the bytes of the outputs for four inputs.</summary>
    static abstract TSum Load(byte* source);

    /// <summary>Returns the bytes of the levels that the lower halves stand for.</summary>
    static abstract TSum Low(TSum bytes);

    /// <summary>Returns the bytes of the levels that the upper halves stand for.</summary>
    static abstract TSum High(TSum bytes);

    /// <summary>Adds four products more to each sum of two vectors.</summary>
    /// <param name="first">Sums.</param>
    /// <param name="second">Sums.</param>
    /// <param name="weights">Unsigned bytes for both.</param>
    /// <param name="row">Four signed bytes of a row, as <see cref="Words"/> says.</param>
    static abstract void Add(ref TSum first, ref TSum second, (TSum First, TSum Second) weights, int* row);

    /// <summary>Adds sums up.</summary>
    static abstract TSum Plus(TSum sums, TSum others);

    /// <summary>Reads as many bfloat16.</summary>
    static abstract TFloat Scale(ushort* source);

    /// <summary>Multiplies.</summary>
    static abstract TFloat Times(TFloat values, TFloat factors);

    /// <summary>Returns <c>sums · scale + total</c>, the last two rounded once.</summary>
    static abstract TFloat Finish(TSum sums, TFloat scale, TFloat total);

    /// <summary>Writes singles.</summary>
    static abstract void Store(TFloat totals, float* target);
}
