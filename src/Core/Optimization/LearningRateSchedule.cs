namespace LlmEfficiency.Core.Optimization;

/// <summary>The learning rate as a function of the step.</summary>
public static class LearningRateSchedule
{
    /// <summary>Returns the rate of a step as a share of the peak.</summary>
    /// <param name="kind">The form.</param>
    /// <param name="step">The step, from 0 on.</param>
    /// <param name="steps">The number of steps of the run.</param>
    /// <param name="warmupSteps">How many steps the rate rises in a line to the peak.</param>
    /// <param name="decaySteps">Of <see cref="ScheduleKind.Wsd"/>: how many steps the fall at the end takes.</param>
    /// <param name="finalShare">The share of the peak at the end; <see cref="ScheduleKind.Constant"/> takes no note of it.</param>
    /// <remarks>
    /// Cosine: Loshchilov, Hutter: SGDR (2017), one period. WSD (warm-up, stable, decay): Hu et al.: MiniCPM (2024), with a
    /// fall in a line. The last step has <paramref name="finalShare"/> exactly, unless the fall is a single step long.
    /// </remarks>
    public static double Share(ScheduleKind kind, long step, long steps, long warmupSteps, long decaySteps, double finalShare)
    {
        if (step < warmupSteps)
        {
            return (step + 1.0) / (warmupSteps + 1);
        }

        return kind switch
        {
            ScheduleKind.Constant => 1,
            ScheduleKind.Linear => Fall(Progress(warmupSteps)),
            ScheduleKind.Wsd => Fall(Progress(Math.Max(warmupSteps, steps - decaySteps))),
            ScheduleKind.Cosine => finalShare + ((1 - finalShare) * 0.5 * (1 + Math.Cos(Math.PI * Progress(warmupSteps)))),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such schedule"),
        };

        double Progress(long start) => Math.Clamp((step - start) / (double)Math.Max(1, steps - 1 - start), 0, 1);
        double Fall(double progress) => 1 - ((1 - finalShare) * progress);
    }
}
