using LlmEfficiency.Core.Errors;
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

    private const int Most = 1024;

    /// <summary>Returns a number of threads that a user asks for.</summary>
    /// <exception cref="LlmEfficiencyException">It is less than 1 or more than 1024.</exception>
    public static int Checked(int count) => count is >= 1 and <= Most
        ? count
        : throw new LlmEfficiencyException(ErrorKind.Configuration, $"--threads is {count}: allowed is 1 to {Most}");

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
