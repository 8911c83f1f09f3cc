using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>Reads <c>pruning.json</c>.</summary>
internal static class PruningReportFile
{
    private const int MaxBytes = 1 << 30;

    /// <summary>Reads the file of a folder; null where there is none.</summary>
    public static PruningReport? Read(string folder)
    {
        var path = Path.Join(folder, PruningReport.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = MappedFile.Open(path);
        return Parse(file);
    }

    /// <summary>Reads a file, and refuses one whose parts do not fit each other.</summary>
    /// <exception cref="LlmEfficiencyException">It cannot be used.</exception>
    public static PruningReport Parse(MappedFile file)
    {
        try
        {
            var text = file.Slice(0, (int)Math.Min(file.Length, MaxBytes));
            var report = JsonSerializer.Deserialize(text, PruningJson.Default.PruningReport);
            return report is not { Version: PruningReport.CurrentVersion }
                ? throw Refuse($"its version is {report?.Version}, this program reads {PruningReport.CurrentVersion}", null)
                : report.Outcome.Kept?.Fits(report.Before) == false
                ? throw Refuse("outcome.kept names units that the source has not, or none", null)
                : report;
        }
        catch (Exception problem) when (problem is JsonException or NotSupportedException)
        {
            throw Refuse(problem.Message.ReplaceLineEndings(" "), problem);
        }

        LlmEfficiencyException Refuse(string problem, Exception? cause) =>
            new(ErrorKind.Input, $"{file.Name}: cannot be used: {problem}: prune the model again", cause);
    }
}
