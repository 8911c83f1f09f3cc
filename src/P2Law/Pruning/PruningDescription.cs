using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>Says what a pruned model is and how it was made.</summary>
internal static class PruningDescription
{
    /// <summary>Describes the result as a <c>config.json</c> does.</summary>
    public static HuggingFaceConfig Config(StoredModel model, IPruningPlan plan)
    {
        var path = Path.Join(model.Location.Path, HuggingFaceConfig.FileName);
        var stored = model.Location.Form == ModelForm.Folder ? HuggingFaceConfig.Open(path) : null;
        return new HuggingFaceConfig
        {
            Transformer = plan.Config,
            ElementType = model.Weights.Entries[TransformerShapes.Embedding].Type,
            PadToken = stored?.PadToken,
        };
    }

    /// <summary>Describes what was done as a <c>pruning.json</c> does.</summary>
    public static PruningReport Report(
        PruningSettings settings, string source, CalibrationSet? texts, (StoredModel Model, IPruningPlan Plan) work, PruningOutcome outcome)
    {
        var before = ParameterCounts.Of(work.Model.Config);
        var zeros = outcome.Matrices.Sum(matrix => matrix.Zeros);
        var shapes = ParameterCounts.Of(work.Plan.Config);
        var after = new ParameterCounts(shapes.Total - zeros, shapes.NonEmbedding - zeros, shapes.Prunable - zeros);
        var calibration = settings.Calibration;
        return new PruningReport
        {
            Method = settings.Method,
            Source = source,
            Settings = settings,
            Calibration = texts is null
                ? null
                : new CalibrationRecord(calibration.Data, texts.Sequences.Count, texts.Length, calibration.Seed, texts.Fingerprint),
            Before = work.Model.Config,
            After = work.Plan.Config,
            ParametersBefore = before,
            ParametersAfter = after,
            Rates = PruningRates.Of(before, after),
            DroppedLayers = Ranking.Complement(
                outcome.Kept?.Layers.ToArray() ?? [.. Enumerable.Range(0, work.Model.Config.LayerCount)], work.Model.Config.LayerCount),
            Outcome = outcome,
        };
    }
}
