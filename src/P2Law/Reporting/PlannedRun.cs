using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.P2Law.Reporting;

/// <summary>A model of a table and the tokens that it was measured at.</summary>
/// <param name="Model">The model, with the mean L0 and D1 of its runs.</param>
/// <param name="First">The fewest tokens.</param>
/// <param name="Last">The most tokens.</param>
internal sealed record PlannedRun(PlannedModel Model, double First, double Last)
{
    /// <summary>Makes it of all rows of a size and a rate.</summary>
    public static PlannedRun Of(IReadOnlyList<LawObservation> rows, ObservationColumns columns)
    {
        LawObservation[] runs = [.. rows.DistinctBy(row => row.Run)];
        var model = PlanCharts.Model(runs[0].Point, columns) with
        {
            BaseLoss = runs.Average(row => row.Point.BaseLoss),
            BaseTokens = runs.Average(row => row.Point.BaseTokens) * columns.TokenUnit,
        };
        return new PlannedRun(model, rows.Min(row => row.Point.Tokens) * columns.TokenUnit, rows.Max(row => row.Point.Tokens) * columns.TokenUnit);
    }
}
