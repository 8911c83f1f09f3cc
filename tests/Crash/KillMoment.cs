using System.Globalization;

namespace LlmEfficiency.Crash;

/// <summary>When a process is killed.</summary>
/// <param name="Steps">How many steps it may make; null while it starts, before its first.</param>
/// <param name="Delay">How long after that.</param>
/// <param name="Threads">With how many threads it computes.</param>
public sealed record KillMoment(int? Steps, TimeSpan Delay, int Threads)
{
    private const int StartingShare = 6;

    /// <summary>Returns the moment for a table.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Steps is { } made ? $"{made} steps" : "start")} + {Delay.TotalMilliseconds:F1} ms");

    /// <summary>Draws a moment; every sixth is during the start.</summary>
    /// <param name="workload">The kind of run.</param>
    /// <param name="random">The source of randomness.</param>
    /// <param name="start">How long a start takes.</param>
    public static KillMoment Draw(IWorkload workload, Random random, TimeSpan start)
    {
        ArgumentNullException.ThrowIfNull(workload);
        ArgumentNullException.ThrowIfNull(random);
        var threads = random.Next(1, 4);
        return random.Next(StartingShare) == 0
            ? new KillMoment(null, start * random.NextDouble(), threads)
            : new KillMoment(random.Next(workload.MostSteps), workload.MostDelay * random.NextDouble(), threads);
    }
}
