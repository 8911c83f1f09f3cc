using System.Globalization;

namespace LlmEfficiency.Core.Devices;

/// <summary>What a Linux container allows its processes (control groups, version 2 and 1).</summary>
/// <param name="Cores">Processor time as a number of cores; null without a limit.</param>
/// <param name="MemoryBytes">Memory in bytes; null without a limit.</param>
public sealed record ContainerLimits(double? Cores, long? MemoryBytes)
{
    /// <summary>Reads the limits of this process; all null where there is no control group.</summary>
    public static ContainerLimits Read() => Read("/sys/fs/cgroup", "/proc/self/cgroup");

    internal static ContainerLimits Read(string root, string membership)
    {
        var groups = Groups(root, membership).ToArray();
        return new ContainerLimits(
            groups.Select(g => Quota(Path.Join(g, "cpu.max"))).Append(LegacyCores(root)).Min(),
            groups.Select(g => Number(Path.Join(g, "memory.max")))
                .Append(Number(Path.Join(root, "memory", "memory.limit_in_bytes")) is < (1L << 60) and var legacy ? legacy : null)
                .Min());
    }

    // The group of this process and those above it: the tightest limit counts.
    private static IEnumerable<string> Groups(string root, string membership)
    {
        yield return root;
        var line = File.Exists(membership)
            ? File.ReadLines(membership).FirstOrDefault(l => l.StartsWith("0::/", StringComparison.Ordinal))
            : null;
        var path = root;
        foreach (var part in (line?[4..] ?? string.Empty).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != ".."))
        {
            path = Path.Join(path, part);
            yield return path;
        }
    }

    private static double? Quota(string file)
    {
        var parts = File.Exists(file) ? File.ReadAllText(file).Split(' ', StringSplitOptions.TrimEntries) : [];
        return parts.Length == 2
            && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var quota)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var period)
            ? quota / period
            : null;
    }

    private static double? LegacyCores(string root) =>
        Number(Path.Join(root, "cpu", "cpu.cfs_quota_us")) is > 0 and var quota
        && Number(Path.Join(root, "cpu", "cpu.cfs_period_us")) is > 0 and var period
            ? (double)quota / period
            : null;

    private static long? Number(string file) =>
        File.Exists(file) && long.TryParse(
            File.ReadAllText(file), NumberStyles.Any, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
