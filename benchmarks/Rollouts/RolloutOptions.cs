using System.Globalization;
using LlmEfficiency.SparseRL.Retention;

namespace LlmEfficiency.Benchmarks.Rollouts;

/// <summary>What <c>rollouts</c> is asked for.</summary>
internal sealed record RolloutOptions
{
    /// <summary>How the command is used.</summary>
    public const string Usage = "rollouts [--tokens N,N] [--batch N] [--rounds N] [--threads N] [--policies NAME,NAME]";

    /// <summary>Gets the lengths of answers whose table is kept.</summary>
    public static IReadOnlyList<int> DefaultTokens { get; } = [512, 2048];

    /// <summary>Gets the lengths of answers.</summary>
    public IReadOnlyList<int> Tokens { get; init; } = DefaultTokens;

    /// <summary>Gets how many sequences are generated together.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Gets how often each contender runs.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Gets how many threads compute.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Gets the policies beside the dense cache.</summary>
    public IReadOnlyList<string> Policies { get; init; } = ["r-kv", "snapkv", "streaming-llm"];

    /// <summary>Reads the command line; null if it cannot be read.</summary>
    public static RolloutOptions? Parse(ReadOnlySpan<string> arguments)
    {
        var options = new RolloutOptions();
        while (arguments is [var name, var value, .. var rest])
        {
            var next = name switch
            {
                "--tokens" when value.Split(',').Select(Count).ToArray() is var all && !all.Contains(null) =>
                    options with { Tokens = [.. all.Select(count => count!.Value)] },
                "--batch" when Count(value) is { } count => options with { Batch = count },
                "--rounds" when Count(value) is { } count => options with { Rounds = count },
                "--threads" when Count(value) is { } count => options with { Threads = count },
                "--policies" when value.Split(',').All(policy => RetentionList.All.Any(entry => entry.Name == policy)) =>
                    options with { Policies = value.Split(',') },
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

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;
}
