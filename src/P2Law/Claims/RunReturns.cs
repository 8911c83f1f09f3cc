namespace LlmEfficiency.P2Law.Claims;

/// <summary>T3 of one run: whether tokens help, and less and less.</summary>
/// <param name="Run">The run.</param>
/// <param name="IsFalling">
/// Whether it ends below its first loss and never rises by more than noise: twice the deviation of a difference of two losses. Null
/// for fewer than five losses.
/// </param>
/// <param name="IsConvex">Whether the curvature over ln D is not below 0 by more than twice its error; null for fewer than five losses.</param>
/// <param name="IsStrict">Whether every loss is below the one before and every step over ln D is flatter than the one before.</param>
/// <param name="Curvature">The coefficient of (ln D)², its error and the deviation about the parabola, in nats a token.</param>
/// <param name="FirstExponent">β of L − L0 ~ D^−β in the first half of the losses; null if one is at or below L0.</param>
/// <param name="SecondExponent">The same in the second half.</param>
public sealed record RunReturns(
    string Run, bool? IsFalling, bool? IsConvex, bool IsStrict, Curvature? Curvature, double? FirstExponent, double? SecondExponent)
{
    private const double Errors = 2;

    /// <summary>Judges a run.</summary>
    public static RunReturns Of(MeasuredRun run)
    {
        var (places, losses) = (run.LogTokens, run.Losses);
        double[] steps = [.. Enumerable.Range(1, Math.Max(0, losses.Count - 1)).Select(at => losses[at] - losses[at - 1])];
        double[] slopes = [.. steps.Select((step, at) => step / (places[at + 1] - places[at]))];
        var curvature = Claims.Curvature.Of(places, losses);
        var isStrict = steps.Length > 1 && steps.All(step => step < 0) && Enumerable.Range(1, slopes.Length - 1).All(at => slopes[at] > slopes[at - 1]);
        var half = (losses.Count + 1) / 2;
        return new RunReturns(
            run.Name,
            curvature is { } one ? run.Fall > 0 && steps.Max() <= Errors * Math.Sqrt(2) * one.Noise : null,
            curvature is { } two ? two.Value >= -Errors * two.Error : null,
            isStrict,
            curvature,
            Exponent(..half),
            Exponent((losses.Count - half)..));

        double? Exponent(Range part)
        {
            double[] excess = [.. losses.ToArray()[part].Select(loss => loss - run.BaseLoss)];
            return excess.Min() > 0 ? -LineFit.Of(places.ToArray()[part], [.. excess.Select(one => Math.Log(one))])?.Slope : null;
        }
    }
}
