using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>What came of a cell: the content of its <c>cell.json</c>, which is there when the cell is done.</summary>
public sealed record SweepResult
{
    /// <summary>The file's name in the folder of a cell.</summary>
    public const string FileName = "cell.json";

    /// <summary>Gets the name of the run.</summary>
    public required string Run { get; init; }

    /// <summary>Gets the name of the base, whose control has the loss before pruning.</summary>
    public required string Base { get; init; }

    /// <summary>Gets the name of the size.</summary>
    public required string Size { get; init; }

    /// <summary>Gets the seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Gets the name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Gets the name of the pruner; null in a file of a version that did not write it, and then the settings tell it.</summary>
    public string? Pruner { get; init; }

    /// <summary>Gets a hash of all settings that decide about the cell.</summary>
    public required string Settings { get; init; }

    /// <summary>Gets the version of the program that trained it.</summary>
    public required string CodeVersion { get; init; }

    /// <summary>Gets the parameters of the base.</summary>
    public required long ParametersBefore { get; init; }

    /// <summary>Gets the parameters that were left, zeros not counted.</summary>
    public required long ParametersAfter { get; init; }

    /// <summary>Gets the part that is gone, by what it is a part of.</summary>
    public required PruningRates Rates { get; init; }

    /// <summary>Gets the tokens that the base was trained on; null for a given base of which nobody said.</summary>
    public long? BaseTokens { get; init; }

    /// <summary>Gets the learning rate behind the warm-up.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Gets the loss right after pruning; of the control, that of the base: L0.</summary>
    public required double LossBefore { get; init; }

    /// <summary>Gets the curve.</summary>
    public required IReadOnlyList<SweepPoint> Points { get; init; }

    /// <summary>Collects what came of a cell whose training is done.</summary>
    /// <param name="settings">The sweep.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="report">What was pruned; null of the control.</param>
    /// <exception cref="LlmEfficiencyException">No loss was measured.</exception>
    internal static SweepResult Collect(SweepSettings settings, SweepFolder folder, SweepCell cell, PruningReport? report)
    {
        var before = report?.ParametersBefore ?? ParameterCounts.Of(
            HuggingFaceConfig.Open(Path.Join(folder.BaseModel(cell.Base), HuggingFaceConfig.FileName)).Transformer);
        var size = cell.Base.Size;
        var curve = SweepCurve.Read(folder.CellRun(cell));
        return new SweepResult
        {
            Run = cell.Name,
            Base = cell.Base.Name,
            Size = size.Name,
            Seed = cell.Base.Seed,
            Method = cell.MethodName,
            Pruner = cell.Pruner,
            Settings = SweepFolder.Hash(settings, cell),
            CodeVersion = RunManifest.CurrentVersion,
            ParametersBefore = before.Total,
            ParametersAfter = (report?.ParametersAfter ?? before).Total,
            Rates = report?.Rates ?? new PruningRates(0, 0, 0),
            BaseTokens = size.From is null ? size.Tokens ?? settings.BaseTokens : size.Tokens,
            LearningRate = SweepRecipe.Rate(settings, size),
            LossBefore = curve.LossBefore,
            Points = curve.Points.Count > 0 ? curve.Points : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{folder.CellRun(cell)}: holds no loss: no document is held out, so set data.validation or data.validation_fraction"),
        };
    }
}
