using System.Globalization;

namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>What <c>automata</c> is asked for.</summary>
internal sealed record AutomataOptions
{
    /// <summary>How the command is used.</summary>
    public const string Usage = "automata [--tokens N,N] [--rounds N]";

    /// <summary>The sizes that are measured, and kept, unless others are asked for.</summary>
    public static readonly IReadOnlyList<int> DefaultTokens = [1_000_000, 10_000_000];

    /// <summary>Gets the sizes of the corpus in tokens.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = DefaultTokens;

    /// <summary>Gets how often each thing is timed.</summary>
    public int Rounds { get; init; } = 7;

    /// <summary>Reads the command line; null if it cannot be read.</summary>
    public static AutomataOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new AutomataOptions();
        while (arguments is [var name, var value, .. var rest])
        {
            var next = name switch
            {
                "--tokens" when value.Split(',').Select(Count).ToArray() is var counts && Array.TrueForAll(counts, count => count > 0) =>
                    options with { Tokens = counts },
                "--rounds" when Count(value) is var count and > 0 => options with { Rounds = count },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
            arguments = rest;
        }

        return arguments.IsEmpty ? options : null;
    }

    private static int Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
}
