using TorchSharp;

namespace LlmEfficiency.Core.Devices;

/// <summary>How many threads libtorch computes with.</summary>
public static class TorchThreads
{
    /// <summary>Gets the number that serves best by default: the physical cores this process may use.</summary>
    /// <remarks>
    /// Two threads on one core share its vector units; OpenMP's barriers make the pair slower than one.
    /// </remarks>
    public static int Default { get; } = Math.Max(1, Math.Min(ProcessorCores.Physical(), Environment.ProcessorCount));

    /// <summary>Gets the number in use.</summary>
    public static int Current => torch.get_num_threads();

    /// <summary>Sets the number for all operations from now on.</summary>
    /// <param name="count">
    /// 1 or more; null means <c>OMP_NUM_THREADS</c> if it is set, else <see cref="Default"/>.
    /// </param>
    public static void Set(int? count)
    {
        NativeLibraries.Require();
        if (count is { } asked)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(count));
            torch.set_num_threads(asked);
        }
        else if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS")))
        {
            torch.set_num_threads(Default);
        }
    }
}
