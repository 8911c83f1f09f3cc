using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>Reads <c>pruning.json</c>.</summary>
internal static class PruningReportFile
{
    private const long MaxBytes = 1L << 30;

    public static PruningReport? Read(string folder)
    {
        var path = Path.Join(folder, PruningReport.FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var report = file.Length <= MaxBytes ? JsonSerializer.Deserialize(file, PruningJson.Default.PruningReport) : null;
            return report is { Version: PruningReport.CurrentVersion }
                ? report
                : throw Refuse($"its version is {report?.Version}, this program reads {PruningReport.CurrentVersion}", null);
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw Refuse(problem.Message.ReplaceLineEndings(" "), problem);
        }

        LlmEfficiencyException Refuse(string problem, Exception? cause) =>
            new(ErrorKind.Input, $"{path}: cannot be used: {problem}: prune the model again", cause);
    }
}
