using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Testing;

/// <summary>Resident memory that does not depend on when the collector runs.</summary>
public static class SettledMemory
{
    /// <summary>Returns the process's resident memory in bytes behind a full collection: how large the heap may grow before one depends on the processor.</summary>
    public static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return HostMemory.Resident;
    }
}
