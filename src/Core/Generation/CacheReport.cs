using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.Core.Generation;

/// <summary>What the key/value cache of a generation took.</summary>
public sealed record CacheReport
{
    /// <summary>Gets the retention policy; null if every token was kept.</summary>
    public string? Policy { get; init; }

    /// <summary>Gets how many tokens a sequence keeps in a layer on average; null if all.</summary>
    public int? Budget { get; init; }

    /// <summary>Gets how many tokens it may have beyond that before it is compressed; null if it never is.</summary>
    public int? Interval { get; init; }

    /// <summary>
    /// Gets the memory that was taken, in bytes: keys, values, and what the policy needs beside them.
    /// </summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Gets the memory that a cache of all tokens takes for the same sequences, in bytes.</summary>
    public required long DenseBytes { get; init; }

    /// <summary>Gets the most tokens that any head of any layer held of one sequence.</summary>
    public required int PeakTokens { get; init; }

    /// <summary>Gets how many tokens a token saw on average, itself included: the mean of all generated tokens and layers.</summary>
    public required double MeanTokens { get; init; }

    /// <summary>Gets how many it would have seen, had all been kept.</summary>
    public required double MeanDenseTokens { get; init; }

    /// <summary>Gets how often a sequence was compressed, all sequences added up.</summary>
    public required int Compressions { get; init; }

    /// <summary>Gets <see cref="MeanTokens"/> over <see cref="MeanDenseTokens"/>: 1 less this is what papers call the saving of tokens.</summary>
    public double KeptRatio => MeanDenseTokens > 0 ? MeanTokens / MeanDenseTokens : 1;

    /// <summary>Reads a session; null where the engine does not count.</summary>
    /// <param name="use">The session's cache.</param>
    /// <param name="layers">How many layers the model has.</param>
    /// <param name="denseCapacity">How many slots a sequence would have, were all tokens kept.</param>
    public static CacheReport? Of(CacheUse? use, int layers, int denseCapacity)
    {
        if (use is null)
        {
            return null;
        }

        var sequences = Enumerable.Range(0, use.Sequences).ToArray();
        var passes = Math.Max(1, sequences.Sum(use.Passes));
        return new CacheReport
        {
            Policy = use.Retention?.Policy.Name,
            Budget = use.Retention?.Budget,
            Interval = use.Retention?.Interval,
            AllocatedBytes = use.AllocatedBytes,
            DenseBytes = use.BytesPerToken * use.Sequences * denseCapacity,
            PeakTokens = sequences.Max(sequence => Enumerable.Range(0, layers).Max(layer => use.Peak(layer, sequence))),
            MeanTokens = sequences.Sum(use.Retained) / passes,
            MeanDenseTokens = sequences.Sum(use.Dense) / (double)passes,
            Compressions = sequences.Sum(use.Compressions),
        };
    }
}
