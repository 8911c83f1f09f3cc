using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Runs;

/// <summary>
/// A growing file of numbers by step, one JSON object a line. A line is handed to the system whole, so that a reader
/// and a killed process see whole lines but for the last.
/// </summary>
public sealed class MetricLog : IDisposable
{
    private readonly string _path;
    private readonly List<(long Step, long End)> _lines = [];
    private FileStream? _file;

    /// <summary>Names a log; the file is opened when something is written.</summary>
    public MetricLog(string path) => _path = path;

    private long End => _lines.Count == 0 ? 0 : _lines[^1].End;

    /// <summary>Reads a log, which another process may be writing.</summary>
    /// <returns>The rows in order; a last line without its end is left out. None if there is no file.</returns>
    /// <exception cref="LlmEfficiencyException">A line is not a row of numbers, or the file cannot be read.</exception>
    public static IReadOnlyList<MetricRow> Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return Parse(path, Text(file));
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>Reads the text of a log; a last line without its end is left out.</summary>
    /// <exception cref="MalformedFileException">A line is not a row of numbers, or steps go backwards.</exception>
    public static IReadOnlyList<MetricRow> Parse(string name, ReadOnlySpan<byte> text)
    {
        var rows = new List<MetricRow>();
        for (int start = 0, length; (length = text[start..].IndexOf((byte)'\n')) >= 0; start += length + 1)
        {
            rows.Add(MetricLine.Parse(name, text.Slice(start, length), start));
            if (rows.Count > 1 && rows[^1].Step < rows[^2].Step)
            {
                throw new MalformedFileException(name, start, $"step {rows[^1].Step} comes after step {rows[^2].Step}");
            }
        }

        return rows;
    }

    /// <summary>Adds a line.</summary>
    /// <param name="step">The optimizer steps done, not less than in the line before.</param>
    /// <param name="values">Numbers by name, in the order they get in the line.</param>
    /// <exception cref="LlmEfficiencyException">The disk is full or fails; the line is not there then.</exception>
    public void Append(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        var line = MetricLine.Write(step, values);
        OnDisk(file =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(step, _lines.Count == 0 ? 0 : _lines[^1].Step, nameof(step));
            CutTo(file, End); // half of a line may be there from a failure
            file.Write(line);
            _lines.Add((step, End + line.Length));
        });
    }

    /// <summary>Drops the lines of later steps, for a run that goes on from <paramref name="step"/>.</summary>
    /// <exception cref="LlmEfficiencyException">The disk fails.</exception>
    public void TruncateAfter(long step) => OnDisk(file =>
    {
        var kept = _lines.FindLastIndex(line => line.Step <= step) + 1;
        _lines.RemoveRange(kept, _lines.Count - kept);
        CutTo(file, End);
        file.Flush(flushToDisk: true);
    });

    /// <summary>Returns after all lines are on the disk.</summary>
    /// <exception cref="LlmEfficiencyException">The disk fails.</exception>
    public void Flush()
    {
        if (_file is not null)
        {
            OnDisk(file => file.Flush(flushToDisk: true));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    // As long as it is now: the file may grow while it is read.
    private static byte[] Text(FileStream file)
    {
        var text = new byte[file.Length];
        file.ReadExactly(text);
        return text;
    }

    private static void CutTo(FileStream file, long length)
    {
        if (file.Length != length)
        {
            file.SetLength(length);
        }

        file.Position = length;
    }

    private void OnDisk(Action<FileStream> action)
    {
        try
        {
            action(_file ??= Open());
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{_path}: cannot be written: {problem.Message}", problem);
        }
    }

    private FileStream Open()
    {
        foreach (var row in Read(_path))
        {
            _lines.Add((row.Step, 0));
        }

        // No buffer: every line goes to the system at once. Sharing: a report may be made while the run goes on.
        var file = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, 0);
        MarkEnds(Text(file));
        return file;
    }

    private void MarkEnds(byte[] text)
    {
        for (int line = 0, end = 0; line < _lines.Count; line++)
        {
            end += Array.IndexOf(text, (byte)'\n', end) - end + 1;
            _lines[line] = (_lines[line].Step, end);
        }
    }
}
