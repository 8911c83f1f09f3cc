using System.Globalization;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>What <c>training</c> is asked for.</summary>
internal sealed record TrainingOptions
{
    /// <summary>How the command is used.</summary>
    public const string Usage =
        "training [--threads N] [--seconds S | --rounds N] [--size NAME] [--only NAME,NAME] [--json]";

    /// <summary>Gets the threads of every contender.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Gets the time that each size is measured for; three rounds are made in any case.</summary>
    public double Seconds { get; init; } = 120;

    /// <summary>Gets the rounds of each size; null goes by time.</summary>
    public int? Rounds { get; init; }

    /// <summary>Gets the size to measure; null measures all.</summary>
    public string? Size { get; init; }

    /// <summary>Gets the contenders to measure; empty measures all. The tables are kept only then.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Gets whether measurements are printed as JSON, one a line, instead of a table.</summary>
    public bool IsJson { get; init; }

    /// <summary>Gets the sizes to measure.</summary>
    public IEnumerable<TrainingSize> Sizes => TrainingSize.All.Where(size => Size is null || size.Name == Size);

    /// <summary>Reads the command line; null if it cannot be read.</summary>
    public static TrainingOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new TrainingOptions();
        while (arguments is [var name, .. var rest])
        {
            var value = rest is [var first, ..] ? first : string.Empty;
            var next = name switch
            {
                "--json" => options with { IsJson = true },
                "--threads" when Count(value) is { } count => options with { Threads = count },
                "--rounds" when Count(value) is { } count => options with { Rounds = count },
                "--seconds" when Count(value) is { } count => options with { Seconds = count },
                "--size" when value.Length > 0 => options with { Size = value },
                "--only" when value.Length > 0 => options with { Only = value.Split(',') },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            options = next;
            arguments = name == "--json" || rest.IsEmpty ? rest : rest[1..];
        }

        return options.Sizes.Any() ? options : null;
    }

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;
}
