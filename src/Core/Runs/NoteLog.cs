using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Runs;

/// <summary>What a run noticed while it went on: sentences by step, one JSON object a line. The same whenever the run is repeated.</summary>
/// <param name="path">The file; there is none until something is noticed.</param>
public sealed class NoteLog(string path)
{
    /// <summary>Reads the notes in order; none if there is no file. A last line without its end is left out.</summary>
    /// <exception cref="LlmEfficiencyException">A line is no note, or the file cannot be read.</exception>
    public IReadOnlyList<(long Step, string Text)> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        var text = OnDisk(() => File.ReadAllText(path));
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(Parse)];
    }

    /// <summary>Adds notes of a step.</summary>
    /// <exception cref="LlmEfficiencyException">The disk is full or fails.</exception>
    public void Append(long step, IReadOnlyCollection<string> notes)
    {
        if (notes.Count > 0)
        {
            OnDisk(() =>
            {
                File.AppendAllText(path, string.Concat(notes.Select(note => Line(step, note))));
                return true;
            });
        }
    }

    /// <summary>Forgets the notes of later steps.</summary>
    public void TruncateAfter(long step)
    {
        if (File.Exists(path))
        {
            AtomicFile.WriteText(path, string.Concat(Read().Where(note => note.Step <= step).Select(note => Line(note.Step, note.Text))));
        }
    }

    private static string Line(long step, string text) =>
        $"{{\"step\":{step.ToString(System.Globalization.CultureInfo.InvariantCulture)},\"note\":{JsonSerializer.Serialize(text, RunManifestJson.Default.String)}}}\n";

    private (long Step, string Text) Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("step").GetInt64(), document.RootElement.GetProperty("note").GetString() ?? string.Empty);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: a line is no note of a run: {line}", problem);
        }
    }

    private T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{path}: {problem.Message}", problem);
        }
    }
}
