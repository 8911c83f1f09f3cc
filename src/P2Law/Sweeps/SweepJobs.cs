namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>What is left to do in a sweep.</summary>
internal static class SweepJobs
{
    /// <summary>
    /// Lists the jobs: bases of cells that are not done, the largest of them first, so that no worker is left with a long one at the end;
    /// then cells, controls first.
    /// </summary>
    /// <param name="settings">The sweep.</param>
    /// <param name="folder">Says which bases are there.</param>
    /// <param name="results">Says which cells are done, and takes in others.</param>
    /// <param name="work">Does them.</param>
    public static IReadOnlyList<SweepJob> Left(SweepSettings settings, SweepFolder folder, SweepResults results, SweepWork work)
    {
        var left = SweepPlan.Cells(settings).Where(cell => !results.Has(cell)).ToArray();
        var bases =
            from one in left.Select(cell => cell.Base).Distinct()
            where !folder.IsDone(one)
            select new SweepJob(
                $"base {one.Name}", null, one.Name, Parameters(one.Size) * (one.Size.Tokens ?? settings.BaseTokens),
                (stop, progress) => work.Train(one, stop, progress));
        var cells =
            from cell in left
            select new SweepJob(
                cell.Name, cell.Base.Name, null, Parameters(cell.Base.Size) * settings.PostTraining.Tokens * (1 - (cell.Rate ?? 0)),
                (stop, progress) => results.Keep(work.Run(cell, stop, progress)));
        return [.. bases.OrderByDescending(job => job.Work), .. cells.OrderByDescending(job => job.Work)];
    }

    // Only the ratio of sizes counts; a given base counts like one of the sizes beside it.
    private static double Parameters(SweepSize size) =>
        size.Layers * ((4.0 * size.HiddenSize * size.HiddenSize) + (3.0 * size.HiddenSize * size.Inner)) + (256.0 * size.HiddenSize);
}
