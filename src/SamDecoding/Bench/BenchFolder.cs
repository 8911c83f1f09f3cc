using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>
/// Where a benchmark keeps its answers: <c>METHOD.jsonl</c>, the settings they were measured with, <c>settings.json</c>, and the
/// figures, <c>bench.csv</c> and <c>sources.csv</c>. A run with the same settings goes on where another ended; one with others is refused.
/// </summary>
public sealed class BenchFolder
{
    private readonly string? _path;

    private BenchFolder(string? path) => _path = path;

    /// <summary>Opens a folder, or none: then answers stay in memory.</summary>
    /// <param name="path">The folder, which need not be there; null for none.</param>
    /// <param name="settings">What the figures depend on, by name.</param>
    /// <exception cref="LlmEfficiencyException">The folder cannot be written, or holds answers that other settings gave.</exception>
    public static BenchFolder Open(string? path, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (path is not null)
        {
            var file = Path.Join(path, "settings.json");
            if (File.Exists(file))
            {
                Compare(file, settings);
            }
            else
            {
                CreateFolder(path);
                AtomicFile.WriteText(file, Json(settings));
            }
        }

        return new BenchFolder(path);
    }

    /// <summary>Opens the answers of a method.</summary>
    public AnswerFile Answers(string method, string model) =>
        new(_path is null ? null : Path.Join(_path, $"{method.Replace(':', '-')}.jsonl"), $"{model}-{method}");

    /// <summary>Writes the figures.</summary>
    public void Write(BenchReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (_path is not null)
        {
            AtomicFile.WriteText(Path.Join(_path, "bench.csv"), report.ToCsv());
            AtomicFile.WriteText(Path.Join(_path, "sources.csv"), report.ToSourcesCsv());
        }
    }

    private static void Compare(string file, IReadOnlyDictionary<string, string> settings)
    {
        using var mapped = MappedFile.Open(file);
        using var json = StrictJson.Parse(mapped);
        foreach (var (name, value) in settings)
        {
            var before = json.RootElement.TryGetProperty(name, out var member) ? member.ToString() : "absent";
            if (before != value)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Usage, $"{file}: {name} was '{before}' and is '{value}' now: figures do not mix, choose another --out");
            }
        }
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{path}: cannot be made: {problem.Message}", problem);
        }
    }

    private static string Json(IReadOnlyDictionary<string, string> settings)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach (var (name, value) in settings)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
