namespace LlmEfficiency.Benchmarks.Training;

/// <summary>Something that is timed beside others.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Gets the name in tables and for <c>--only</c>.</summary>
    string Name { get; }

    /// <summary>Gets what one run works through.</summary>
    Workload Work { get; }

    /// <summary>Does the work once.</summary>
    void Run();
}
