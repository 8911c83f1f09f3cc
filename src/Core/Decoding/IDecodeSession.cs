using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.Core.Decoding;

/// <summary>Sequences that are decoded together over one key/value cache.</summary>
public interface IDecodeSession : IDisposable
{
    /// <summary>Gets how many cache slots each sequence fills.</summary>
    IReadOnlyList<int> Lengths { get; }

    /// <summary>Gets what the cache takes and holds; null where the engine does not count it.</summary>
    CacheUse? Use => null;

    /// <summary>
    /// Runs the model over new tokens and keeps their keys and values. In a session with retention, the sequences that are too long
    /// are compressed afterwards, but for those whose row asks for no logits: their prompt goes on.
    /// </summary>
    /// <param name="rows">At most one row per sequence; the rows may differ in length.</param>
    /// <returns>The logits that the rows ask for, in the rows' order; valid until the next call.</returns>
    /// <exception cref="ArgumentException">A token, position, mask or sequence does not fit, or the cache is full.</exception>
    LogitBlock Forward(IReadOnlyList<DecodeRow> rows);

    /// <summary>
    /// Returns what the output matrix read of a token in the last pass: the last hidden state behind the final norm, as draft heads (EAGLE) read it.
    /// </summary>
    /// <param name="token">Which of the tokens whose features were asked for, in the rows' order.</param>
    /// <returns>Features, <c>[hidden]</c>; valid until the next call.</returns>
    /// <exception cref="NotSupportedException">The engine shows none.</exception>
    ReadOnlySpan<float> Features(int token) => throw new NotSupportedException("this engine shows no features");

    /// <summary>Keeps the given cache slots of one sequence, closing the gaps, and forgets the others.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="slots">Slots to keep, ascending. The kept tokens keep their positions.</param>
    void Retain(int sequence, ReadOnlySpan<int> slots);

    /// <summary>Forgets all slots of one sequence from <paramref name="length"/> on.</summary>
    void Truncate(int sequence, int length);

    /// <summary>Replaces what one sequence holds by a copy of what another holds.</summary>
    void Copy(int source, int target);
}
