using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Diagnostics;

/// <summary>The computer, its system and the .NET runtime.</summary>
public sealed record HostFacts
{
    /// <summary>Gets the name and version of the operating system.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>Gets the instruction set of this process, for example x64.</summary>
    public required string Architecture { get; init; }

    /// <summary>Gets the .NET runtime.</summary>
    public required string Runtime { get; init; }

    /// <summary>Gets the model name of the processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Gets the vector instructions that .NET can use here, widest last.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Gets the hardware threads that this process may use.</summary>
    public required int LogicalCores { get; init; }

    /// <summary>Gets the physical cores that this process may use.</summary>
    public required int PhysicalCores { get; init; }

    /// <summary>Gets the memory that this process may use, in bytes, limits of a container included.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Gets the limits of the container.</summary>
    public required ContainerLimits Container { get; init; }

    /// <summary>Looks at this machine; takes about a millisecond and loads nothing.</summary>
    public static HostFacts Collect() => new()
    {
        OperatingSystem = RuntimeInformation.OSDescription,
        Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
        Runtime = RuntimeInformation.FrameworkDescription,
        Processor = ProcessorName(),
        Features = [.. VectorFeatures()],
        LogicalCores = Environment.ProcessorCount,
        PhysicalCores = ProcessorCores.Physical(),
        MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        Container = ContainerLimits.Read(),
    };

    /// <summary>Returns the model name of the processor, or its architecture where the system tells no more.</summary>
    public static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo)
            ? File.ReadLines(CpuInfo).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?.Split(':', 2)[1].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static IEnumerable<string> VectorFeatures()
    {
        (string Name, bool IsThere)[] all =
        [
            ("neon", AdvSimd.IsSupported),
            ("avx", Avx.IsSupported),
            ("fma", Fma.IsSupported),
            ("avx2", Avx2.IsSupported),
            ("avx512f", Avx512F.IsSupported),
            ("avx512bw", Avx512BW.IsSupported),
            ("avx512vbmi", Avx512Vbmi.IsSupported),
            ("avx10.1", Avx10v1.IsSupported),
        ];
        return all.Where(feature => feature.IsThere).Select(feature => feature.Name);
    }
}
