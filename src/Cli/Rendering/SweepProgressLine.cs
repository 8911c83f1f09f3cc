using System.Globalization;
using LlmEfficiency.P2Law.Sweeps;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows how a sweep goes.</summary>
/// <param name="error">The error stream, so that results stay clean.</param>
internal sealed class SweepProgressLine(TextWriter error)
{
    private readonly ProgressLine _line = ProgressLine.For(error);

    /// <summary>Shows a state.</summary>
    public void Show(SweepProgress progress) => _line.Show(Text(progress));

    /// <summary>Tells something that stays.</summary>
    public void Warn(string text) => _line.Say($"llmeff: {text}");

    /// <summary>Takes a line away that would be rewritten.</summary>
    public void Clear() => _line.Clear();

    private static string Text(SweepProgress progress)
    {
        var left = progress.Remaining is { } time ? $", {time.ToString("h\\:mm\\:ss", CultureInfo.InvariantCulture)} left" : string.Empty;
        var running = progress.Running.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Name} {100.0 * one.Step / one.Steps:F0} % (loss {one.Loss:F3})"));
        return $"{progress.Done}/{progress.Total} done{left}: {string.Join(", ", running)}";
    }
}
