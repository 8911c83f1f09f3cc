using System.Globalization;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows how a training run goes: a line that rewrites itself on a terminal, a line now and then elsewhere.</summary>
internal sealed class TrainingProgressLine
{
    private readonly TextWriter _error;
    private readonly bool _isTerminal;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _pace;
    private readonly ProgressLine _line;
    private readonly long _begin;
    private readonly long _from;
    private long? _lastLine;

    /// <summary>Begins to measure.</summary>
    /// <param name="error">The error stream, so that results stay clean.</param>
    /// <param name="isTerminal">Whether a person watches.</param>
    /// <param name="clock">The time.</param>
    /// <param name="pace">How far apart lines are where nobody watches.</param>
    /// <param name="from">How many steps were done before, by a run that is gone on with.</param>
    public TrainingProgressLine(TextWriter error, bool isTerminal, TimeProvider clock, TimeSpan pace, long from = 0)
    {
        (_error, _isTerminal, _clock, _pace, _from) = (error, isTerminal, clock, pace, from);
        (_line, _begin) = (new ProgressLine(error, isTerminal, clock), clock.GetTimestamp());
    }

    /// <summary>Tells that a step is done; the first and the last are always shown.</summary>
    /// <param name="step">How many steps are done, those before this process too.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="loss">The loss of the step.</param>
    /// <param name="tokens">How many tokens this process has trained on.</param>
    public void Show(long step, long total, double loss, long tokens)
    {
        var text = Text(step, total, loss, tokens);
        if (_isTerminal && step < total)
        {
            _line.Show(text);
        }
        else if (_isTerminal || step == total || _lastLine is not { } last || _clock.GetElapsedTime(last) >= _pace)
        {
            _line.Clear();
            _error.WriteLine(text);
            _lastLine = _clock.GetTimestamp();
        }
    }

    /// <summary>Takes a line away that would be rewritten.</summary>
    public void Clear() => _line.Clear();

    private string Text(long step, long total, double loss, long tokens)
    {
        var elapsed = _clock.GetElapsedTime(_begin);
        var left = step > _from ? elapsed * ((double)(total - step) / (step - _from)) : (TimeSpan?)null;
        var speed = elapsed > TimeSpan.Zero ? tokens / elapsed.TotalSeconds : 0;
        var end = step == total ? $"in {Time(elapsed)}" : left is { } time ? $"{Time(time)} left" : "time left unknown";
        return string.Create(CultureInfo.InvariantCulture, $"step {step}/{total}, loss {loss:F4}, {speed:F0} tokens/s, {end}");
    }

    private static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time:mm\\:ss}")
        : time.ToString("m\\:ss", CultureInfo.InvariantCulture);
}
