using System.Text;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// Looks for stop strings in a growing text. Text is released as soon as no stop string can begin in it any more. The
/// stop string that ends first wins, the longest of those that end together.
/// </summary>
/// <remarks>
/// One Knuth–Morris–Pratt automaton a stop string: linear in the text, whatever the stop strings are.
/// </remarks>
/// <param name="stops">Stop strings, none empty.</param>
public sealed class StopStringMatcher(IReadOnlyList<string> stops)
{
    private readonly int[][] _borders = [.. stops.Select(Borders)];
    private readonly int[] _matched = new int[stops.Count];
    private readonly StringBuilder _held = new();

    /// <summary>Gets whether a stop string was found; nothing is released any more.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Takes in more text and returns what is released.</summary>
    public string Append(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (IsStopped)
            {
                break;
            }

            _held.Append(character);
            for (var stop = 0; stop < stops.Count; stop++)
            {
                _matched[stop] = Advance(stop, character);
            }

            Check();
        }

        return Release(IsStopped ? _held.Length : _held.Length - _matched.DefaultIfEmpty(0).Max());
    }

    /// <summary>Returns what is still held back when no more text comes.</summary>
    public string Flush() => Release(_held.Length);

    // How far the stop string matches after one more character.
    private int Advance(int stop, char character)
    {
        var matched = _matched[stop];
        while (matched > 0 && stops[stop][matched] != character)
        {
            matched = _borders[stop][matched - 1];
        }

        return stops[stop][matched] == character ? matched + 1 : 0;
    }

    private void Check()
    {
        var longest = 0;
        for (var stop = 0; stop < stops.Count; stop++)
        {
            longest = _matched[stop] == stops[stop].Length ? Math.Max(longest, _matched[stop]) : longest;
        }

        IsStopped = longest > 0;
        _held.Length -= longest;
    }

    private string Release(int count)
    {
        var released = _held.ToString(0, count);
        _held.Remove(0, count);
        return released;
    }

    // For each prefix, the length of its longest proper prefix that is also its suffix.
    private static int[] Borders(string stop)
    {
        ArgumentException.ThrowIfNullOrEmpty(stop);
        var borders = new int[stop.Length];
        for (var (end, border) = (1, 0); end < stop.Length; end++)
        {
            while (border > 0 && stop[end] != stop[border])
            {
                border = borders[border - 1];
            }

            border += stop[end] == stop[border] ? 1 : 0;
            borders[end] = border;
        }

        return borders;
    }
}
