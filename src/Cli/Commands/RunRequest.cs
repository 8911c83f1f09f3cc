using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Cli.Commands;

/// <summary>What the user of a command that leaves a run folder asks for.</summary>
/// <typeparam name="T">The settings.</typeparam>
internal sealed record RunRequest<T>
{
    /// <summary>Gets the settings, all overrides applied.</summary>
    public required T Settings { get; init; }

    /// <summary>Gets the run's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets whether the run lies there already and goes on.</summary>
    public required bool IsResumed { get; init; }

    /// <summary>Gets where the run computes.</summary>
    public required ComputeDevice Device { get; init; }

    /// <summary>Gets how many threads it computes with.</summary>
    public required int Threads { get; init; }

    /// <summary>Gets whether a script reads the result.</summary>
    public required bool IsJson { get; init; }

    /// <summary>Gets where the result goes.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Gets where progress and warnings go.</summary>
    public required TextWriter Error { get; init; }
}
