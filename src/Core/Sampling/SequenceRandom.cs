namespace LlmEfficiency.Core.Sampling;

/// <summary>
/// The random numbers of one sequence: a pure function of seed, sequence, step and draw, so that they do not depend on
/// which other sequences are computed beside it, nor on what was drawn before.
/// </summary>
/// <param name="Seed">The key of a run.</param>
/// <param name="Sequence">The sequence's number within the run: which sample of which prompt.</param>
/// <remarks>
/// <see cref="Philox"/> with key <c>Seed</c> and counter (<c>Step</c>, <c>Draw</c>, <c>Sequence</c> low and high).
/// </remarks>
public readonly record struct SequenceRandom(ulong Seed, ulong Sequence)
{
    /// <summary>Returns a number that is uniform in [0, 1), with 53 random bits.</summary>
    /// <param name="step">The index of the generated token.</param>
    /// <param name="draw">Which number of this step: speculative decoding needs more than one.</param>
    public double Uniform(int step, int draw = 0)
    {
        var (a, b, _, _) = Philox.Block(
            (unchecked((uint)step), unchecked((uint)draw), (uint)Sequence, (uint)(Sequence >> 32)),
            ((uint)Seed, (uint)(Seed >> 32)));
        return ((((ulong)b << 32) | a) >> 11) * (1.0 / (1UL << 53));
    }
}
