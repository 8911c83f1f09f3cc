namespace LlmEfficiency.P2Law.Claims;

/// <summary>One run of a sweep with its losses, in the order of tokens.</summary>
/// <param name="Name">The run.</param>
/// <param name="Family">The family of its model; empty where the table has none.</param>
/// <param name="Size">The name of its size.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Method">The pruning method; <see cref="Control"/> for none.</param>
/// <param name="Parameters">N0, counted one by one.</param>
/// <param name="Rate">ρ of all parameters.</param>
/// <param name="BaseLoss">L0 in nats a token.</param>
/// <param name="Tokens">D of each loss, counted one by one.</param>
/// <param name="Losses">The losses in nats a token.</param>
public sealed record MeasuredRun(
    string Name,
    string Family,
    string Size,
    string Seed,
    string Method,
    double Parameters,
    double Rate,
    double BaseLoss,
    IReadOnlyList<double> Tokens,
    IReadOnlyList<double> Losses)
{
    /// <summary>The method of the run that was not pruned.</summary>
    public const string Control = "none";

    private const double SameRate = 0.005; // depth removes whole layers, seeds may count a few zeros more

    /// <summary>Gets the rank of the rate within family, method and size, from 1 for the lowest; 0 for ρ = 0.</summary>
    public int Level { get; init; }

    /// <summary>Gets ln D of each loss.</summary>
    public IReadOnlyList<double> LogTokens => [.. Tokens.Select(tokens => Math.Log(tokens))];

    /// <summary>Gets L − L0 behind the last tokens, in nats a token.</summary>
    public double LastExcess => Losses[^1] - BaseLoss;

    /// <summary>Gets how far the loss falls from the first to the last measurement, in nats a token.</summary>
    public double Fall => Losses[0] - Losses[^1];

    /// <summary>Gets d(loss)/d(ln D) by least squares, in nats a token; below 0 where the loss falls. Null with a single loss.</summary>
    public double? Slope => LineFit.Of(LogTokens, Losses)?.Slope;

    /// <summary>Ranks the rates of runs.</summary>
    public static IReadOnlyList<MeasuredRun> WithLevels(IReadOnlyList<MeasuredRun> runs) =>
        [.. runs.GroupBy(run => (run.Family, run.Method, run.Size)).SelectMany(Ranked)];

    private static IEnumerable<MeasuredRun> Ranked(IEnumerable<MeasuredRun> group)
    {
        var (level, rate) = (0, 0.0);
        foreach (var run in group.OrderBy(run => run.Rate))
        {
            if (run.Rate > rate + SameRate)
            {
                (level, rate) = (level + 1, run.Rate);
            }

            yield return run with { Level = level };
        }
    }
}
