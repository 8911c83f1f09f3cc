namespace LlmEfficiency.Core.Runs;

/// <summary>Who asked a run to save and stop.</summary>
public enum StopReason
{
    /// <summary>The user, with Ctrl-C (SIGINT).</summary>
    Interrupt,

    /// <summary>The system, with SIGTERM.</summary>
    Terminate,

    /// <summary>A scheduler that needs the machine, with SIGUSR1; the run will be started again.</summary>
    Preempt,
}
