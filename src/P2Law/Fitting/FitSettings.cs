namespace LlmEfficiency.P2Law.Fitting;

/// <summary>How a law is fitted.</summary>
public sealed record FitSettings
{
    /// <summary>Gets what is made small.</summary>
    public FitObjective Objective { get; init; } = FitObjective.Projected;

    /// <summary>Gets where the Huber loss becomes linear, in nats; 1e-3 by default.</summary>
    public double HuberDelta { get; init; } = 1e-3;

    /// <summary>Gets the most starts: more of the law's grid are drawn by the seed.</summary>
    public int MostStarts { get; init; } = 5000;

    /// <summary>Gets the seed of all random choices.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets the unit of sizes, in which the law's starts are not given.</summary>
    public double SizeUnit { get; init; } = 1;

    /// <summary>Gets the unit of tokens.</summary>
    public double TokenUnit { get; init; } = 1;

    /// <summary>Gets how many searches run at the same time; one a processor by default. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
