using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Fitting;

/// <summary>What a fit makes small. A new one is a row in <see cref="All"/>.</summary>
/// <param name="Name">The name on the command line and in files.</param>
/// <param name="Summary">What it is, in a line.</param>
/// <param name="IsLogarithmic">Whether residuals are differences of ln L.</param>
/// <param name="IsRobust">Whether residuals count by the Huber loss, else squared.</param>
/// <param name="IsProjected">Whether coefficients are eliminated (squares of L only).</param>
public sealed record FitObjective(string Name, string Summary, bool IsLogarithmic, bool IsRobust, bool IsProjected)
{
    /// <summary>Gets the default.</summary>
    public static FitObjective Projected { get; } = new(
        "vp-mse", "squared error of L, coefficients eliminated (variable projection)", false, false, true);

    /// <summary>Gets all objectives.</summary>
    public static IReadOnlyList<FitObjective> All { get; } =
    [
        Projected,
        new("lm-mse", "squared error of L, all constants by Levenberg-Marquardt, as in the paper", false, false, false),
        new("log-mse", "squared error of ln L", true, false, false),
        new("huber", "Huber loss of L", false, true, false),
        new("lse-huber", "Huber loss of ln L, as Hoffmann et al. fit", true, true, false),
    ];

    /// <summary>Returns an objective by its name.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of this name.</exception>
    public static FitObjective Find(string name) => All.FirstOrDefault(objective => objective.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"'{name}' is no objective: there are {string.Join(", ", All.Select(objective => objective.Name))}");
}
