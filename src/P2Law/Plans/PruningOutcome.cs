namespace LlmEfficiency.P2Law.Plans;

/// <summary>What a pruner did.</summary>
/// <param name="Scores">By what it chose.</param>
/// <param name="MaskHash">A hash, in hexadecimal digits, of what was kept.</param>
public sealed record PruningOutcome(PruningScores Scores, string MaskHash)
{
    /// <summary>Gets the units that are left; null where weights became zero instead.</summary>
    public KeptUnits? Kept { get; init; }

    /// <summary>Gets the matrices in which weights became zero; empty where units were removed instead.</summary>
    public IReadOnlyList<SparseMatrix> Matrices { get; init; } = [];
}
