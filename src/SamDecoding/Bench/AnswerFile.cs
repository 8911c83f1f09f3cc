using LlmEfficiency.Core.Errors;
using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>
/// The measured questions of one method, in a file that only grows, a line a question, or in memory alone. A line that a killed run
/// left unfinished is cut off.
/// </summary>
public sealed class AnswerFile
{
    private readonly Dictionary<int, QuestionMeasurement> _measured = [];
    private readonly string? _path;
    private readonly string _model;

    /// <summary>Opens a file, or none.</summary>
    /// <param name="path">The file, which need not be there; null keeps the answers in memory.</param>
    /// <param name="model">What the lines name as their model.</param>
    /// <exception cref="LlmEfficiencyException">The file cannot be read, or a line is not of this benchmark.</exception>
    public AnswerFile(string? path, string model)
    {
        (_path, _model) = (path, model);
        if (path is not null && File.Exists(path))
        {
            Guarded(path, () => CutUnfinished(path));
            foreach (var question in RecordLines.Read(path, AnswerJson.Read))
            {
                if (!_measured.TryAdd(question.Id, question))
                {
                    throw new LlmEfficiencyException(
                        ErrorKind.Input, $"{path}: question {question.Id} is there twice: remove one of its lines");
                }
            }
        }
    }

    /// <summary>Returns what was measured for a question; null if nothing was.</summary>
    public QuestionMeasurement? Find(int question) => _measured.GetValueOrDefault(question);

    /// <summary>Adds a measured question; it is on the disk when this returns.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be written.</exception>
    public void Add(QuestionMeasurement question, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(question);
        _measured.Add(question.Id, question);
        if (_path is not null)
        {
            Guarded(_path, () =>
            {
                using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
                file.Write(AnswerJson.Line(question, _model, time));
                file.Flush(flushToDisk: true);
            });
        }
    }

    private static void CutUnfinished(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var end = file.Length;
        for (; end > 0; end--)
        {
            file.Position = end - 1;
            if (file.ReadByte() == '\n')
            {
                break;
            }
        }

        file.SetLength(end);
    }

    private static void Guarded(string path, Action work)
    {
        try
        {
            work();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{path}: cannot be written: {problem.Message}", problem);
        }
    }
}
