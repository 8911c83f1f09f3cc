using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>What pruned models say of themselves; of an accepted report sizes and hash can be computed anew.</summary>
public static class PruningReportTarget
{
    /// <summary>Makes the target.</summary>
    public static FuzzTarget Make() => new(
        "pruning-report",
        5_000,
        [Seed(new KeptUnits { Layers = [0, 2], Hidden = [1, 2], FeedForward = [[0], [1], [2]], Heads = [[0], [0], [1]] }), Seed(null)],
        Read,
        ["null", "-1", "99999999999", "[]", "{}", "\"outcome\":", "\"kept\":", "\"layers\":", "\"rope_type\":\"llama3\"", "\\ud800"]);

    private static void Read(byte[] input)
    {
        using var file = MappedFile.FromBytes(PruningReport.FileName, input);
        var report = PruningReportFile.Parse(file);
        if (report.Outcome.Kept is { } kept)
        {
            _ = (StructuredPlan.SizesOf(report.Before, kept), MaskHash.Of(kept));
        }
    }

    private static byte[] Seed(KeptUnits? kept)
    {
        var config = ModelPresets.All["tiny"] with { LayerCount = 3, RopeScaling = new RopeScaling.Llama3(8, 1, 4, 8192) };
        var counts = ParameterCounts.Of(config);
        return System.Text.Encoding.UTF8.GetBytes(new PruningReport
        {
            Method = "depth",
            Source = "model",
            Settings = new PruningSettings(),
            Before = config,
            After = config,
            ParametersBefore = counts,
            ParametersAfter = counts,
            Rates = PruningRates.Of(counts, counts),
            Outcome = new PruningOutcome(new PruningScores(), "00") { Kept = kept, Matrices = [new SparseMatrix("a", 4, 2, 0.5)] },
        }.ToJson());
    }
}
