using LlmEfficiency.Core.Runs;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>What a run folder holds besides weights; what was accepted comes back when it is written again.</summary>
public static class RunTargets
{
    /// <summary>Gets the manifest of a checkpoint.</summary>
    public static FuzzTarget CheckpointManifest { get; } = new(
        "checkpoint-manifest",
        20_000,
        [
            new CheckpointManifest(12, []).ToJson(),
            new CheckpointManifest(
                12, [new CheckpointFile("a", 1, new string('0', 64)), new CheckpointFile("model/b", 2, new string('f', 64))]).ToJson(),
        ],
        ReadCheckpoint,
        ["\"format\":", "\"step\":", "\"name\":", "\"bytes\":", "-1", "1e3", "9223372036854775808", "../", "\\ud800", "null", "[", "]", "{", "}"]);

    /// <summary>Gets the description of a run.</summary>
    public static FuzzTarget RunManifest { get; } = new(
        "run-manifest",
        20_000,
        [
            """
            {"kind":"train","settings":{"a":[1,{"b":null}]},"code_version":"1","fingerprints":{"data":"x"},"machine":{},
            "started":"2026-01-02T12:00:00+00:00"}
            """u8.ToArray(),
        ],
        ReadRun,
        ["\"settings\":", "\"kind\":", "null", "\\ud800", "\"started\":", "9999-12-31T23:59:59-14:00", "[[[[[[", "{", "}", "\u00e9"]);

    /// <summary>Gets a metric log.</summary>
    public static FuzzTarget MetricLog { get; } = new(
        "metric-log",
        20_000,
        [
            """
            {"step":1,"loss":2.5,"b":"NaN"}
            {"step":1,"validation_loss":-1E-300}
            {"step":2,"c":"-Infinity"}

            """u8.ToArray(),
        ],
        ReadMetrics,
        ["\"step\":", "\n", "\r\n", "1e999", "-0", "\"Infinity\"", "null", "\\ud800", "{", "}", ",", "9223372036854775807"]);

    private static void ReadCheckpoint(byte[] input)
    {
        var manifest = Core.Runs.CheckpointManifest.Parse("manifest.json", input);
        var again = Core.Runs.CheckpointManifest.Parse("again", manifest.ToJson());
        if (again.Step != manifest.Step || !again.Files.SequenceEqual(manifest.Files))
        {
            throw new InvalidOperationException("a manifest changes when it is written and read");
        }
    }

    private static void ReadRun(byte[] input)
    {
        var manifest = Core.Runs.RunManifest.Parse("run.json", input);
        var again = Core.Runs.RunManifest.Parse("again", manifest.ToJson());
        if (again.Differences(manifest).Count > 0 || again.Started != manifest.Started)
        {
            throw new InvalidOperationException("a description changes when it is written and read");
        }
    }

    private static void ReadMetrics(byte[] input)
    {
        foreach (var row in Core.Runs.MetricLog.Parse("metrics.jsonl", input))
        {
            if (row.Step < 0 || row.Values.ContainsKey("step"))
            {
                throw new InvalidOperationException("a row that could not be written was read");
            }
        }
    }
}
