using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>Chooses which model to prune, when the size that is to be left is given.</summary>
/// <param name="law">The fitted law.</param>
public sealed class SizePlanner(FittedLaw law)
{
    /// <summary>Takes the models out of the table that was fitted: each of its sizes, with the mean L0 and D1 of its runs.</summary>
    /// <param name="table">The table.</param>
    /// <exception cref="LlmEfficiencyException">The table does not have what the law needs.</exception>
    public IReadOnlyList<PlannedModel> Models(DataTable table)
    {
        var columns = law.File.Columns;
        return
        [
            .. ObservationReader.Read(table, columns, law.Law).Rows
                .Where(row => row.Group == law.Card.Group)
                .DistinctBy(row => row.Run)
                .GroupBy(row => row.Point.Size)
                .OrderBy(size => size.Key)
                .Select(size => new PlannedModel(
                    size.Key * columns.SizeUnit,
                    BaseLoss: size.Average(row => row.Point.BaseLoss),
                    BaseTokens: size.Average(row => row.Point.BaseTokens) * columns.TokenUnit)),
        ];
    }

    /// <summary>Finds which of several models is the best one after it is pruned to a size and trained.</summary>
    /// <param name="finalSize">The parameters that are to be left.</param>
    /// <param name="models">The models; their rates do not matter.</param>
    /// <param name="budget">The tokens or the FLOPs of each.</param>
    /// <param name="isDense">Whether zeros cost compute too: a larger model then sees fewer tokens for the same FLOPs.</param>
    /// <returns>The models with the rates that lead to the size, the best one first.</returns>
    /// <exception cref="LlmEfficiencyException">A model is not larger than the size, the question is no budget, or the law does not know rates.</exception>
    public SizePlan Choose(double finalSize, IReadOnlyList<PlannedModel> models, PlanQuestion budget, bool isDense)
    {
        budget.Check();
        if (!law.Law.Description.Inputs.HasFlag(LawInputs.Rate))
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage, $"--final-size: the law {law.Card.Law} does not know the pruning rate, so it takes a pruned model for its base: fit one that does, for example p2");
        }

        if (budget.Kind is not (PlanKind.Tokens or PlanKind.Compute))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--final-size needs a budget: give --tokens or --compute");
        }

        if (models.FirstOrDefault(model => !(model.Size > finalSize)) is { } small)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, FormattableString.Invariant($"{small.Size:G6} parameters cannot be pruned to {finalSize:G6}: leave it out"));
        }

        (PlannedModel Model, double Tokens)[] pruned = [.. models.Select(Pruned)];
        double[] losses = [.. pruned.Select(one => law.Loss(one.Model, one.Tokens, law.Constants))];
        double[][] repeated = [.. law.Draws.Select(constants => pruned.Select(one => law.Loss(one.Model, one.Tokens, constants)).ToArray())];
        int[] order = [.. Enumerable.Range(0, losses.Length).OrderBy(at => losses[at])];
        return new SizePlan(finalSize, budget, isDense, [.. order.Select(Candidate)], order.Length > 1 ? Lead(order[0], order[1]) : null);

        (PlannedModel Model, double Tokens) Pruned(PlannedModel model)
        {
            var smaller = model with { Rate = 1 - (finalSize / model.Size) };
            return (smaller, budget.Kind == PlanKind.Tokens ? budget.Value : budget.Value / smaller.FlopsPerToken(isDense));
        }

        SizeCandidate Candidate(int at) => new(
            pruned[at].Model,
            pruned[at].Tokens,
            pruned[at].Tokens * pruned[at].Model.FlopsPerToken(isDense),
            losses[at],
            Interval(repeated.Select(one => one[at])),
            repeated.Length > 0 ? repeated.Count(one => Array.IndexOf(one, one.Min()) == at) / (double)repeated.Length : null,
            [.. law.Extrapolations(pruned[at].Model, pruned[at].Tokens)]);

        SizeLead Lead(int best, int second) => new(losses[second] - losses[best], Interval(repeated.Select(one => one[second] - one[best])));
    }

    private ParameterInterval? Interval(IEnumerable<double> values) => law.Draws.Count > 0 ? BootstrapIntervals.Percentile(values, law.Level) : null;
}
