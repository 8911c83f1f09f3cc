using System.Globalization;

namespace LlmEfficiency.Cli.Rendering;

/// <summary>Shows how far a long step is: a line that rewrites itself on a terminal, a line now and then elsewhere.</summary>
/// <param name="error">The error stream, so that results stay clean.</param>
/// <param name="isTerminal">Whether a person watches.</param>
/// <param name="clock">The time, to show a line only for what takes long.</param>
internal sealed class ProgressLine(TextWriter error, bool isTerminal, TimeProvider clock)
{
    // Where nobody watches, a line now and then tells that it goes on.
    private readonly TimeSpan _pace = isTerminal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private long _last = clock.GetTimestamp();
    private int _width;

    private static bool CanRewrite => Environment.GetEnvironmentVariable("TERM") != "dumb";

    /// <summary>Makes the line for an error stream.</summary>
    public static ProgressLine For(TextWriter error) => new(error, IsTerminal(error), TimeProvider.System);

    /// <summary>Returns whether a person watches a stream, on a terminal that can rewrite a line.</summary>
    public static bool IsTerminal(TextWriter error) =>
        ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected && CanRewrite;

    /// <summary>Shows how much of something is done, unless a state was shown just before.</summary>
    /// <param name="what">What is being done, in a word or two.</param>
    /// <param name="done">How much is done, in bytes.</param>
    /// <param name="total">How much there is, or null if nobody knows.</param>
    public void Show(string what, long done, long? total) => Show(total is > 0
        ? string.Create(
            CultureInfo.InvariantCulture, $"{what}: {100.0 * done / total:F0} % ({Size(done)} of {Size(total.Value)})")
        : $"{what}: {Size(done)}");

    /// <summary>Shows a state, unless one was shown just before.</summary>
    public void Show(string state)
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_last) < _pace)
            {
                return;
            }

            _last = clock.GetTimestamp();
            if (isTerminal)
            {
                error.Write($"\r{state.PadRight(_width)}");
                _width = state.Length;
            }
            else
            {
                error.WriteLine(state);
            }
        }
    }

    /// <summary>Says something that stays, in place of the state.</summary>
    public void Say(string text)
    {
        lock (_gate)
        {
            Erase();
            error.WriteLine(text);
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            Erase();
        }
    }

    private void Erase()
    {
        if (_width > 0)
        {
            error.Write($"\r{new string(' ', _width)}\r");
            _width = 0;
        }
    }

    private static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:F2} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB"),
        >= 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:F0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };
}
