using System.Globalization;
using System.Text;
using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>
/// All responses of a run, one JSON object a line with a checksum at its end, only ever appended to. A killed process leaves whole lines
/// but for the last; a resumed run cuts off what came after its checkpoint and draws it again.
/// </summary>
public sealed class RolloutJournal : IDisposable
{
    private const string SumKey = ",\"crc32c\":\"";
    private const int SumLength = 8;

    private readonly string _path;
    private FileStream? _file;

    /// <summary>Names a journal; the file is opened when something is written.</summary>
    public RolloutJournal(string path) => _path = path;

    /// <summary>Returns where the responses of a run lie.</summary>
    /// <param name="folder">The run's folder.</param>
    public static string PathIn(string folder) => Path.Combine(folder, "rollouts.jsonl");

    /// <summary>Reads the responses of a run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="LlmEfficiencyException">There are none, or a line is damaged.</exception>
    public static IEnumerable<JournalEntry> OfRun(string folder) => File.Exists(PathIn(folder))
        ? Read(PathIn(folder))
        : throw new LlmEfficiencyException(
            ErrorKind.Input, $"{PathIn(folder)}: is not there: no run lies here, or it did not write responses down (rollout.journal)");

    /// <summary>Reads a journal, which another process may be writing.</summary>
    /// <param name="path">The file; none is an empty journal.</param>
    /// <returns>The entries in order; a last line without its end is left out.</returns>
    /// <exception cref="MalformedFileException">A line is damaged.</exception>
    /// <exception cref="LlmEfficiencyException">The file cannot be read.</exception>
    public static IEnumerable<JournalEntry> Read(string path)
    {
        foreach (var (line, start) in Lines(path))
        {
            yield return Parse(path, line, start);
        }
    }

    /// <summary>Cuts off all entries after an iteration, and what a killed process left of a line.</summary>
    /// <exception cref="LlmEfficiencyException">The file is damaged before that, or cannot be written.</exception>
    public void TruncateAfter(long iteration)
    {
        Close();
        if (!File.Exists(_path))
        {
            return;
        }

        var end = 0L;
        foreach (var (line, start) in Lines(_path))
        {
            if (Parse(_path, line, start).Iteration > iteration)
            {
                break;
            }

            end = start + line.Length + 1;
        }

        OnDisk(() =>
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Write);
            file.SetLength(end);
            file.Flush(flushToDisk: true);
        });
    }

    /// <summary>Appends the responses of an iteration.</summary>
    /// <exception cref="LlmEfficiencyException">The disk is full or fails.</exception>
    public void Append(IEnumerable<JournalEntry> entries)
    {
        var text = new MemoryStream();
        foreach (var entry in entries)
        {
            var json = JsonSerializer.SerializeToUtf8Bytes(entry, RolloutJson.Default.JournalEntry).AsSpan()[..^1]; // without its brace
            text.Write(json);
            text.Write(Encoding.ASCII.GetBytes($"{SumKey}{Sum(json)}\"}}\n"));
        }

        OnDisk(() =>
        {
            _file ??= new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
            text.WriteTo(_file);
            _file.Flush();
        });
    }

    /// <summary>Brings the file to the disk.</summary>
    public void Flush() => OnDisk(() => _file?.Flush(flushToDisk: true));

    /// <inheritdoc/>
    public void Dispose() => Close();

    private static string Sum(ReadOnlySpan<byte> json) => Crc32C.Of(json).ToString("x8", CultureInfo.InvariantCulture);

    private static JournalEntry Parse(string path, byte[] line, long start)
    {
        var end = line.Length - (SumKey.Length + SumLength + 2);
        var sum = end > 0 && line.AsSpan(end, SumKey.Length).SequenceEqual(Encoding.ASCII.GetBytes(SumKey))
            ? Encoding.ASCII.GetString(line, end + SumKey.Length, SumLength)
            : null;
        if (sum is null || sum != Sum(line.AsSpan(0, end)))
        {
            throw new MalformedFileException(path, start, "the line does not fit its checksum");
        }

        try
        {
            return JsonSerializer.Deserialize(line, RolloutJson.Default.JournalEntry)!;
        }
        catch (JsonException problem)
        {
            throw new MalformedFileException(path, start, $"the line is no response: {problem.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static IEnumerable<(byte[] Line, long Start)> Lines(string path)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = Open(path);
        using var buffered = new BufferedStream(file, 1 << 16);
        var (line, start) = (new List<byte>(), 0L);
        for (int next; (next = buffered.ReadByte()) >= 0;)
        {
            if (next == '\n')
            {
                yield return ([.. line], start);
                start += line.Count + 1;
                line.Clear();
            }
            else
            {
                line.Add((byte)next);
            }
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }

    private void OnDisk(Action work)
    {
        try
        {
            work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{_path}: cannot be written: {problem.Message}", problem);
        }
    }
}
