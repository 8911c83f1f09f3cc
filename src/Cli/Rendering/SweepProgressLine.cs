using System.Globalization;
using LlmEfficiency.P2Law.Sweeps;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows how a sweep goes: a line that rewrites itself on a terminal, a line now and then elsewhere.</summary>
/// <param name="error">The error stream, so that results stay clean.</param>
/// <param name="clock">The time.</param>
internal sealed class SweepProgressLine(TextWriter error, TimeProvider clock)
{
    // Where nobody watches, a line now and then tells that the sweep goes on.
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(15);

    private readonly ProgressLine _line = ProgressLine.For(error);
    private readonly bool _isTerminal = ProgressLine.IsTerminal(error);
    private readonly Lock _gate = new();
    private long? _last;

    /// <summary>Shows a state.</summary>
    public void Show(SweepProgress progress)
    {
        if (_isTerminal)
        {
            _line.Show(Text(progress));
        }
        else if (_last is not { } last || clock.GetElapsedTime(last) >= Pace)
        {
            _last = clock.GetTimestamp();
            Say(Text(progress));
        }
    }

    /// <summary>Tells something that stays.</summary>
    public void Warn(string text)
    {
        _line.Clear();
        Say($"llmeff: {text}");
    }

    /// <summary>Takes a line away that would be rewritten.</summary>
    public void Clear() => _line.Clear();

    private static string Text(SweepProgress progress)
    {
        var left = progress.Remaining is { } time ? $", {time.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture)} left" : string.Empty;
        var running = progress.Running.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Name} {100.0 * one.Step / one.Steps:F0} % (loss {one.Loss:F3})"));
        return $"{progress.Done}/{progress.Total} done{left}: {string.Join(", ", running)}";
    }

    private void Say(string text)
    {
        lock (_gate)
        {
            error.WriteLine(text);
        }
    }
}
