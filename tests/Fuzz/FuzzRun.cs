using System.Diagnostics;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Fuzz;

/// <summary>Throws mutated inputs at a reader and notes what it does not survive.</summary>
public static class FuzzRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Reads mutated inputs <paramref name="first"/> up to <paramref name="first"/> + <paramref name="count"/>.</summary>
    /// <returns>How many were read, how many refused, and a line for each finding.</returns>
    public static FuzzResult Run(FuzzTarget target, int seed, int first, int count)
    {
        var (accepted, refused) = (0, 0);
        var findings = new List<string>();
        using var watchdog = new Watchdog();
        for (var index = first; index < first + count; index++)
        {
            var name = $"{target.Name} --seed {seed} --index {index}";
            watchdog.Watch(name);
            var input = Mutator.Mutate(target, seed, index);
            var (outcome, time) = Read(target, input);
            if (outcome is null)
            {
                accepted++;
            }
            else if (outcome is LlmEfficiencyException)
            {
                refused++;
            }
            else
            {
                findings.Add($"{name}: {outcome}");
            }

            // A busy machine can make one reading slow; three in a row are the reader's fault.
            if (time > Patience && Read(target, input).Time > Patience && Read(target, input).Time > Patience)
            {
                findings.Add($"{name}: took {time.TotalSeconds:F1} s");
            }
        }

        return new FuzzResult(accepted, refused, findings);
    }

    private static (Exception? Outcome, TimeSpan Time) Read(FuzzTarget target, byte[] input)
    {
        var start = Stopwatch.GetTimestamp();
        Exception? outcome = null;
        try
        {
            target.Read(input);
        }
        catch (Exception problem)
        {
            outcome = problem;
        }

        return (outcome, Stopwatch.GetElapsedTime(start));
    }
}
