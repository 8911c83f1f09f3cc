using System.Globalization;

namespace LlmEfficiency.Core.Devices;

/// <summary>Counts the processor cores that this process may use.</summary>
internal static class ProcessorCores
{
    /// <summary>Counts physical cores: hardware threads that share a core count once.</summary>
    /// <param name="system">The folder of the processors, <c>/sys/devices/system/cpu</c> on Linux.</param>
    /// <param name="status">The file with the processors allowed to this process.</param>
    /// <returns>At least 1; the number of hardware threads where the system does not tell more.</returns>
    public static int Physical(string system = "/sys/devices/system/cpu", string status = "/proc/self/status")
    {
        if (!File.Exists(status))
        {
            return Environment.ProcessorCount;
        }

        var allowed = File.ReadLines(status).FirstOrDefault(
            l => l.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        var siblings = ParseList(allowed?.Split(':')[1] ?? string.Empty)
            .Select(cpu => Path.Join(system, $"cpu{cpu}", "topology", "thread_siblings_list"))
            .Where(File.Exists)
            .Select(File.ReadAllText)
            .Distinct(StringComparer.Ordinal)
            .Count();
        return siblings > 0 ? siblings : Environment.ProcessorCount;
    }

    /// <summary>Reads Linux's list form: <c>0-2,5</c> is 0, 1, 2, 5.</summary>
    internal static IEnumerable<int> ParseList(string list)
    {
        foreach (var range in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var ends = range.Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (var cpu = first; cpu <= last; cpu++)
            {
                yield return cpu;
            }
        }
    }
}
