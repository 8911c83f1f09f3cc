namespace LlmEfficiency.Benchmarks.Training;

/// <summary>The times of one contender.</summary>
/// <param name="Size">The model and batch it belongs to.</param>
/// <param name="Contender">Its name.</param>
/// <param name="Work">What a run works through.</param>
/// <param name="Seconds">The time of each run, in ascending order.</param>
internal sealed record Measurement(string Size, string Contender, Workload Work, IReadOnlyList<double> Seconds)
{
    /// <summary>Gets the time in the middle.</summary>
    public double Median => Seconds.Count % 2 == 1
        ? Seconds[Seconds.Count / 2]
        : (Seconds[(Seconds.Count / 2) - 1] + Seconds[Seconds.Count / 2]) / 2;

    /// <summary>Gets tokens a second by the median.</summary>
    public double TokensPerSecond => Work.Tokens / Median;

    /// <summary>Gets the operations a second by the median, in units of 10⁹.</summary>
    public double Gigaflops => Work.Operations / Median / 1e9;

    /// <summary>Gets whether it is a training step, not a bare product.</summary>
    public bool IsStep => Work.Tokens > 0;
}
