using LlmEfficiency.Fuzz.Targets;

namespace LlmEfficiency.Fuzz;

/// <summary>Every reader of files or text that others made.</summary>
public static class FuzzTargets
{
    /// <summary>Gets all targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        SafetensorsTarget.Make(),
        ShardIndexTarget.Make(),
        PruningReportTarget.Make(),
        ConfigTarget.Make(),
        GenerationConfigTarget.Make(),
        TokenizerTargets.TokenizerJson,
        TokenizerTargets.Tiktoken,
        TokenizerTargets.SentencePiece,
        TokenizerTargets.Llama2cTokenizer,
        ChatTemplateTarget.Target,
        GgufTarget.Create(),
        PickleTarget.Create(),
        Llama2cTarget.Create(),
        DataTargets.JsonLines,
        DataTargets.Questions,
        DataTargets.Text,
        DataTargets.Parquet,
        RunTargets.CheckpointManifest,
        RunTargets.RunManifest,
        RunTargets.MetricLog,
        SettingsTargets.File,
        SettingsTargets.Override,
        SuffixIndexTarget.Create(),
        LawTargets.Table,
        LawTargets.Lines,
        LawTargets.Fits,
    ];
}
