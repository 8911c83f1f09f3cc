namespace LlmEfficiency.Core.Tests.Settings;

internal sealed record DemoTraining
{
    public int Steps { get; init; } = 100;

    public double LearningRate { get; init; } = 1e-3;

    public float Clip { get; init; } = 1;

    public ulong Seed { get; init; }

    public bool IsQuiet { get; init; }

    public int? Every { get; init; } = 10;

    public DemoSchedule Schedule { get; init; } = DemoSchedule.WarmCosine;

    public IReadOnlyList<double> Betas { get; init; } = [0.9, 0.95];

    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
