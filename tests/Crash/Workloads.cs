namespace LlmEfficiency.Crash;

/// <summary>The kinds of runs that are killed.</summary>
public static class Workloads
{
    /// <summary>Gets all of them.</summary>
    public static IReadOnlyList<IWorkload> All { get; } = [new TrainingWorkload(), new RlWorkload()];

    /// <summary>Returns the one of a name.</summary>
    public static IWorkload Find(string name) => All.Single(workload => workload.Name == name);
}
