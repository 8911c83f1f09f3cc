namespace LlmEfficiency.P2Law.Data;

/// <summary>
/// Where a table holds what. A column is named; <c>=VALUE</c> in place of a name is the same value in every row. The columns of
/// a table without a header are <c>1</c>, <c>2</c>, and so on.
/// </summary>
public sealed record ObservationColumns
{
    /// <summary>Gets the column of the loss.</summary>
    public required string Loss { get; init; }

    /// <summary>Gets the column of N or N0, counted one by one.</summary>
    public string? Size { get; init; }

    /// <summary>Gets the column of D, counted one by one.</summary>
    public string? Tokens { get; init; }

    /// <summary>Gets the column of C, in place of D: D = C / (6 N).</summary>
    public string? Flops { get; init; }

    /// <summary>Gets the column of ρ.</summary>
    public string? Rate { get; init; }

    /// <summary>Gets the column of L0.</summary>
    public string? BaseLoss { get; init; }

    /// <summary>Gets the column of D1, counted one by one.</summary>
    public string? BaseTokens { get; init; }

    /// <summary>In place of the column of runs: every row is a run of its own.</summary>
    public const string EachRow = "each-row";

    /// <summary>Gets the column that names the run, or <see cref="EachRow"/>; without one, rows of equal N0, ρ and L0 are a run.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the column whose values are fitted apart.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the unit of sizes in fits and reports.</summary>
    public double SizeUnit { get; init; } = 1;

    /// <summary>Gets the unit of tokens in fits and reports.</summary>
    public double TokenUnit { get; init; } = 1;

    /// <summary>Gets how many of the rows with the highest losses are left out.</summary>
    public int DropHighest { get; init; }

    /// <summary>Gets the fewest tokens of a row that counts, one by one: leaves out the warm-up.</summary>
    public double? MinTokens { get; init; }

    /// <summary>Gets the most tokens of a row that counts, one by one.</summary>
    public double? MaxTokens { get; init; }

    /// <summary>Gets the largest C = 6 N D of a row that counts.</summary>
    public double? MaxFlops { get; init; }
}
