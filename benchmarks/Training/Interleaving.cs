using System.Diagnostics;

namespace LlmEfficiency.Benchmarks.Training;

/// <summary>Times contenders in turn, A B C A B C, so that a machine that slows down slows all of them.</summary>
internal static class Interleaving
{
    private const int LeastRounds = 3;

    // OpenMP's threads go on spinning for up to this long behind a parallel region and would take a core from the next contender.
    private static readonly TimeSpan Spin = TimeSpan.FromMilliseconds(250);

    /// <summary>Times each contender once a round, after one run of each that is not counted.</summary>
    /// <param name="size">The name of the model and batch.</param>
    /// <param name="contenders">The contenders; they stay the caller's.</param>
    /// <param name="options">How long, or how many rounds.</param>
    public static IReadOnlyList<Measurement> Measure(string size, IReadOnlyList<IContender> contenders, TrainingOptions options)
    {
        var times = contenders.Select(_ => new List<double>()).ToArray();
        foreach (var contender in contenders)
        {
            Time(contender);
        }

        var start = Stopwatch.GetTimestamp();
        for (var round = 0; IsDue(round, start, options); round++)
        {
            for (var number = 0; number < contenders.Count; number++)
            {
                times[number].Add(Time(contenders[number]));
            }
        }

        return
        [
            .. contenders.Select((contender, number) => new Measurement(size, contender.Name, contender.Work, [.. times[number].Order()])),
        ];
    }

    private static bool IsDue(int round, long start, TrainingOptions options) => options.Rounds is { } rounds
        ? round < rounds
        : round < LeastRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds;

    private static double Time(IContender contender)
    {
        Thread.Sleep(Spin);
        var start = Stopwatch.GetTimestamp();
        contender.Run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
