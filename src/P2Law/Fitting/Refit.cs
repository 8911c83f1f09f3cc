namespace LlmEfficiency.P2Law.Fitting;

/// <summary>Fits the same law again to other rows: from the constants that are known, and from a few of the law's starts.</summary>
public static class Refit
{
    private const int FreshStarts = 3;

    /// <summary>Fits again.</summary>
    /// <param name="problem">The law and the other rows.</param>
    /// <param name="settings">How the law was fitted.</param>
    /// <param name="known">The constants that were found before.</param>
    /// <param name="cancellation">Ends the work.</param>
    public static LawFit From(FitProblem problem, FitSettings settings, double[] known, CancellationToken cancellation = default)
    {
        var few = settings with { MostStarts = FreshStarts, Threads = 1 };
        return LawFitter.FitFrom(problem, few, [known, .. StartGrid.Of(problem, few)], cancellation);
    }
}
