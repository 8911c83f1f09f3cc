namespace LlmEfficiency.Core.Errors;

/// <summary>
/// What went wrong, in the classes a script can react to. The value is the exit code of the command line.
/// </summary>
public enum ErrorKind
{
    /// <summary>The command line itself is wrong.</summary>
    Usage = 1,

    /// <summary>A file, folder or text that was given cannot be used.</summary>
    Input = 2,

    /// <summary>A setting has a value that cannot work.</summary>
    Configuration = 3,

    /// <summary>A number became NaN or infinite.</summary>
    Numerics = 4,

    /// <summary>The host or the device ran out of memory.</summary>
    OutOfMemory = 5,

    /// <summary>A file could not be written: disk full, no permission, failing device.</summary>
    Disk = 6,

    /// <summary>Another process of a distributed run failed.</summary>
    Distributed = 7,

    /// <summary>A native library or device cannot be used on this machine; <c>llmeff doctor</c> says why.</summary>
    Environment = 8,

    /// <summary>A server could not be reached or gave a wrong answer.</summary>
    Network = 9,

    /// <summary>The user stopped the work; what was done is saved.</summary>
    Cancelled = 130,
}
