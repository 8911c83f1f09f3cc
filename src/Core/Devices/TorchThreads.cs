using System.Globalization;
using System.Runtime.InteropServices;
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

    private const string Variable = "OMP_NUM_THREADS";

    /// <summary>Returns a number of threads that a user asks for.</summary>
    /// <exception cref="LlmEfficiencyException">It is less than 1 or more than 1024.</exception>
    public static int Checked(int count) => count is >= 1 and <= Most
        ? count
        : throw new LlmEfficiencyException(ErrorKind.Configuration, $"--threads is {count}: allowed is 1 to {Most}");

    /// <summary>Gets the number in use, or the one that libtorch will use once it is loaded.</summary>
    public static int Current => NativeLibraries.IsReady
        ? torch.get_num_threads()
        : Asked ?? FromEnvironment(Environment.GetEnvironmentVariable(Variable)) ?? Default;

    // What Set was called for; null leaves libtorch its own.
    private static int? Asked { get; set; }

    /// <summary>Sets the number for all operations from now on, and loads nothing for it.</summary>
    /// <param name="count">
    /// 1 or more; null means <c>OMP_NUM_THREADS</c> if it is set, else <see cref="Default"/>.
    /// </param>
    public static void Set(int? count)
    {
        if (count is { } asked)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(asked, 1, nameof(count));
        }

        Asked = count ?? (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? Default : null);
        if (Asked is { } number && NativeLibraries.IsReady)
        {
            SetOfThisThread(number);
        }
    }

    /// <summary>Lets this thread compute with a number of its own, whatever is set elsewhere later.</summary>
    /// <remarks>Threads that have not used libtorch yet begin with the number that was set last, on whichever thread.</remarks>
    /// <param name="count">1 or more.</param>
    public static void SetOfThisThread(int count)
    {
        _ = torch.get_num_threads(); // a thread's first operation takes what was last set anywhere: it must not come behind the next line
        torch.set_num_threads(count);
    }

    /// <summary>Sets the number that was asked for before the library was there.</summary>
    /// <param name="torchSharp">TorchSharp's library, whose function is called by its address: its own method may be waiting for this load.</param>
    internal static unsafe void Apply(IntPtr torchSharp)
    {
        if (Asked is { } count)
        {
            ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(torchSharp, "THSTorch_set_num_threads"))(count);
        }
    }

    /// <summary>Reads OpenMP's variable, of whose levels the first counts; null where it is not set or no number.</summary>
    internal static int? FromEnvironment(string? value) =>
        int.TryParse(value?.Split(',')[0], NumberStyles.Integer, CultureInfo.InvariantCulture, out var count) && count >= 1 ? Math.Min(count, Most) : null;
}
