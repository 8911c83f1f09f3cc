using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Claims;

/// <summary>What the table of a sweep alone says of the paper's claims. All losses are in nats a token.</summary>
public sealed record SweepClaims
{
    /// <summary>Gets the file of the table.</summary>
    public required string DataFile { get; init; }

    /// <summary>Gets the SHA-256 of that file, in small hexadecimal digits.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Gets how many losses there are.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets how many runs, controls included.</summary>
    public required int Runs { get; init; }

    /// <summary>Gets the claims T1 to T3 of each family and method, controls left out.</summary>
    public required IReadOnlyList<MethodClaims> Methods { get; init; }

    /// <summary>Gets the drift of each control.</summary>
    public required IReadOnlyList<ControlDrift> Controls { get; init; }

    /// <summary>Gets the noise of cells with several seeds.</summary>
    public required IReadOnlyList<SeedDeviation> Deviations { get; init; }

    /// <summary>Gets the methods beside each other.</summary>
    public required IReadOnlyList<MethodComparison> Comparisons { get; init; }

    /// <summary>Reads the table of a sweep and examines it.</summary>
    /// <param name="path">The table.</param>
    /// <exception cref="LlmEfficiencyException">The file cannot be read or is no table of a sweep.</exception>
    public static SweepClaims Read(string path)
    {
        var table = DataTableReader.Read(path);
        return Of(path, table.Sha256, SweepTableReader.Read(path, table));
    }

    /// <summary>Examines runs.</summary>
    /// <param name="file">The file they come from.</param>
    /// <param name="sha256">Its hash.</param>
    /// <param name="runs">The runs, with their levels.</param>
    public static SweepClaims Of(string file, string sha256, IReadOnlyList<MeasuredRun> runs)
    {
        MeasuredRun[] pruned = [.. runs.Where(run => run.Method != MeasuredRun.Control)];
        return new SweepClaims
        {
            DataFile = file,
            DataSha256 = sha256,
            Rows = runs.Sum(run => run.Losses.Count),
            Runs = runs.Count,
            Methods = [.. pruned.GroupBy(run => (run.Family, run.Method)).Select(method => MethodClaims.Of([.. method]))],
            Controls =
            [
                .. runs.Where(run => run.Method == MeasuredRun.Control).OrderBy(run => run.Parameters)
                    .Select(run => new ControlDrift(run.Family, run.Size, run.Seed, run.Parameters, -run.Fall, run.LastExcess)),
            ],
            Deviations = SeedDeviation.Of(runs),
            Comparisons = [.. pruned.GroupBy(run => run.Family).SelectMany(family => MethodComparison.Of([.. family]))],
        };
    }
}
