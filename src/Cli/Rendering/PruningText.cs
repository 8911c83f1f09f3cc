using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Verification;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows what pruning did and what a verification found.</summary>
internal static class PruningText
{
    private const int ScoresShown = 64;

    /// <summary>Writes what was taken from a model.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="report">What was taken.</param>
    /// <param name="target">The new folder; null where nothing was written.</param>
    public static void Write(TextWriter output, PruningReport report, string? target)
    {
        var (before, after, outcome) = (report.Before, report.After, report.Outcome);
        Line("pruned", target ?? "nothing was written (--dry-run)");
        Line("layers", Change(before.LayerCount, after.LayerCount) + Dropped(report));
        Line("hidden", Change(before.HiddenSize, after.HiddenSize));
        Line("ffn", Change(before.InnerSize, after.InnerSize));
        Line("heads", $"{Change(before.HeadCount, after.HeadCount)} (key/value {Change(before.KeyValueHeadCount, after.KeyValueHeadCount)})");
        Line("parameters", Change(report.ParametersBefore.Total, report.ParametersAfter.Total) + (outcome.Matrices.Count == 0 ? "" : " that are not zero"));
        Line("rate", string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Rates.Total:P2} of all, {report.Rates.NonEmbedding:P2} of non-embedding, {report.Rates.Prunable:P2} of prunable parameters"));
        Scores("layer scores", outcome.Scores.Layers);
        Scores("block scores", outcome.Scores.Blocks);
        Scores("channel scores", outcome.Scores.Hidden);
        Line("mask hash", outcome.MaskHash);

        void Line(string name, string value) => output.WriteLine($"{name,-15} {value}");

        void Scores(string name, IReadOnlyList<double>? scores)
        {
            if (scores is not null)
            {
                var shown = string.Join(' ', scores.Take(ScoresShown).Select(score => score.ToString("G4", CultureInfo.InvariantCulture)));
                Line(name, scores.Count > ScoresShown ? $"{shown} … ({scores.Count})" : shown);
            }
        }
    }

    /// <summary>Writes what a verification found.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="check">What was found.</param>
    /// <param name="isJson">Whether a script reads it.</param>
    public static void Write(TextWriter output, ModelVerification check, bool isJson)
    {
        if (isJson)
        {
            output.WriteLine(check.ToJson());
            return;
        }

        foreach (var line in check.Proved.Select(claim => $"holds: {claim}").Concat(check.Problems.DefaultIfEmpty("no problem found")))
        {
            output.WriteLine(line);
        }

        output.WriteLine($"{check.Tensors} tensors, {MemoryEstimate.Text(check.Bytes)}");
        if (check.Perplexity is { } change)
        {
            var original = change.Original is { } before ? $", the original's {TextTable.Number(before)}" : "";
            output.WriteLine($"perplexity {TextTable.Number(change.Perplexity)}{original} ({change.Tokens} tokens of {change.Data})");
        }
    }

    private static string Dropped(PruningReport report) =>
        report.DroppedLayers.Count == 0 ? "" : $", without {string.Join(", ", report.DroppedLayers)}";

    private static string Change(long before, long after) => before == after
        ? before.ToString("N0", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{before:N0} → {after:N0}");
}
