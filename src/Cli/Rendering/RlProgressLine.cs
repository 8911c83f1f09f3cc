using System.Globalization;
using LlmEfficiency.SparseRL.Training;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows how a run of reinforcement learning goes: a line that rewrites itself on a terminal, one now and then elsewhere.</summary>
/// <param name="error">The error stream, so that results stay clean.</param>
/// <param name="isTerminal">Whether a person watches.</param>
/// <param name="clock">The time.</param>
internal sealed class RlProgressLine(TextWriter error, bool isTerminal, TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    private readonly ProgressLine _line = new(error, isTerminal, clock);
    private long? _last;

    /// <summary>Tells of an iteration; warnings are always told.</summary>
    public void Show(RlProgress progress)
    {
        foreach (var warning in progress.Warnings)
        {
            _line.Clear();
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"llmeff: iteration {progress.Iteration}: {warning}"));
        }

        if (isTerminal && progress.Iteration < progress.Iterations)
        {
            _line.Show(Text(progress));
        }
        else if (progress.Iteration == progress.Iterations || _last is not { } last || clock.GetElapsedTime(last) >= Pace)
        {
            _line.Clear();
            error.WriteLine(Text(progress));
            _last = clock.GetTimestamp();
        }
    }

    /// <summary>Takes a line away that would be rewritten.</summary>
    public void Clear() => _line.Clear();

    private static string Text(RlProgress progress)
    {
        var accuracy = progress.Accuracy is { } value ? string.Create(CultureInfo.InvariantCulture, $", accuracy {value:F3}") : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"iteration {progress.Iteration}/{progress.Iterations}, reward {progress.Reward:F3}, rejected {progress.Rejection:P1}{accuracy}, {progress.Seconds:F1} s");
    }
}
