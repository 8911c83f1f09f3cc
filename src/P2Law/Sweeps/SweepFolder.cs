using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.P2Law.Calibration;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Where the parts of a sweep lie.</summary>
/// <param name="root">The sweep's folder.</param>
internal sealed class SweepFolder(string root)
{
    private const string TextsName = "calibration";

    /// <summary>Gets the table.</summary>
    public string Table => Path.Join(root, "sweep.csv");

    /// <summary>Gets the folder of the tokenizer that a sweep makes for itself.</summary>
    public string Tokenizer => Path.Join(root, "tokenizer");

    /// <summary>Returns the file of texts that models are looked at with; for each number of tokens there is one.</summary>
    /// <param name="calibration">How many tokens are drawn from it.</param>
    public string Texts(CalibrationSettings calibration) => Path.Join(
        root, string.Create(CultureInfo.InvariantCulture, $"{TextsName}-{(long)calibration.Samples * calibration.Length}.jsonl"));

    /// <summary>Returns whether a file has the name of one of a sweep's own; that of earlier versions had no number.</summary>
    public static bool IsTexts(string path) => Path.GetFileName(path).StartsWith(TextsName, StringComparison.Ordinal);

    /// <summary>Returns the folder of a base's training run.</summary>
    public string BaseRun(SweepBase one) => Path.Join(root, "bases", one.Name);

    /// <summary>Returns the folder of a base's model.</summary>
    public string BaseModel(SweepBase one) => one.Size.From ?? Path.Join(BaseRun(one), "model");

    /// <summary>Returns the folder of a cell.</summary>
    public string Cell(SweepCell cell) => Path.Join(root, "cells", cell.Name);

    /// <summary>Returns the folder of a cell's pruned model.</summary>
    public string Pruned(SweepCell cell) => cell.Method is null ? BaseModel(cell.Base) : Path.Join(Cell(cell), "pruned");

    /// <summary>Returns the folder of a cell's training run.</summary>
    public string CellRun(SweepCell cell) => Path.Join(Cell(cell), "run");

    /// <summary>Returns whether a base is there.</summary>
    public bool IsDone(SweepBase one) => one.Size.From is not null || File.Exists(Path.Join(BaseModel(one), "config.json"));

    /// <summary>Reads what came of a cell; null if it is not done.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="settings">The settings that hold now.</param>
    /// <exception cref="LlmEfficiencyException">It was made with other settings, or cannot be read.</exception>
    public SweepResult? Read(SweepCell cell, SweepSettings settings)
    {
        var path = Path.Join(Cell(cell), SweepResult.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var result = JsonSerializer.Deserialize(File.ReadAllBytes(path), SweepJson.Default.SweepResult)!;
            return result.Settings == Hash(settings, cell) ? result with { Pruner = cell.Pruner } : throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"{path}: the cell was made with other settings: begin a sweep in a new folder, or delete {Cell(cell)} to make it anew");
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{path}: cannot be used: {problem.Message.ReplaceLineEndings(" ")}: delete it, and the cell is made anew", problem);
        }
    }

    /// <summary>Writes what came of a cell; with that it is done.</summary>
    public void Write(SweepCell cell, SweepResult result) => AtomicFile.Write(
        Path.Join(Cell(cell), SweepResult.FileName), file => JsonSerializer.Serialize(file, result, SweepJson.Default.SweepResult));

    /// <summary>Returns a hash of all settings that decide about a cell, whatever else is in the sweep.</summary>
    public static string Hash(SweepSettings settings, SweepCell cell)
    {
        var own = settings with
        {
            Description = null,
            Sizes = [cell.Base.Size with { Seeds = null }],
            Seeds = [cell.Base.Seed],
            Methods = cell.Method is { } method ? [method with { Rates = cell.Rate is { } rate ? [rate] : [] }] : [],
            Checkpoints = new(),
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(own, SweepJson.Default.SweepSettings))));
    }
}
