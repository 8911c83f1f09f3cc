using System.Text.Json;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Plans;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>What was taken from a model: the content of <c>pruning.json</c>.</summary>
public sealed record PruningReport
{
    /// <summary>The file's name, beside <c>config.json</c>.</summary>
    public const string FileName = "pruning.json";

    /// <summary>The version of the file's form.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Gets the version of the file's form.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>Gets the name of the pruner.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the source, as it was named.</summary>
    public required string Source { get; init; }

    /// <summary>Gets all settings.</summary>
    public required PruningSettings Settings { get; init; }

    /// <summary>Gets the texts; null where none were needed.</summary>
    public CalibrationRecord? Calibration { get; init; }

    /// <summary>Gets the sizes of the source.</summary>
    public required TransformerConfig Before { get; init; }

    /// <summary>Gets the sizes of the result.</summary>
    public required TransformerConfig After { get; init; }

    /// <summary>Gets the parameters of the source.</summary>
    public required ParameterCounts ParametersBefore { get; init; }

    /// <summary>Gets the parameters of the result; those that became zero are not counted.</summary>
    public required ParameterCounts ParametersAfter { get; init; }

    /// <summary>Gets the three rates.</summary>
    public required PruningRates Rates { get; init; }

    /// <summary>Gets the layers of the source that are gone.</summary>
    public IReadOnlyList<int> DroppedLayers { get; init; } = [];

    /// <summary>Gets by what was chosen, what is left and what became zero.</summary>
    public required PruningOutcome Outcome { get; init; }

    /// <summary>Reads the report of a pruned model.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>The report; null where the model was not pruned by this program.</returns>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The file is there and cannot be used.</exception>
    public static PruningReport? Read(string folder) => PruningReportFile.Read(folder);

    /// <summary>Returns the report as indented JSON with names in snake_case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, PruningJson.Default.PruningReport) + "\n";
}
