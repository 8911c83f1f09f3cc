using System.Text.Json;
using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Diagnostics;

/// <summary>All that matters for running models on this machine: the data behind <c>llmeff doctor</c>.</summary>
public sealed record MachineReport
{
    private static readonly string[] Variables =
    [
        NativeLibraries.FolderVariable, "OMP_NUM_THREADS", "OMP_WAIT_POLICY", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES",
        "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "HF_HOME", "HF_ENDPOINT",
    ];

    /// <summary>Gets the computer, its system and the .NET runtime.</summary>
    public required HostFacts Host { get; init; }

    /// <summary>Gets libtorch and the libraries under it.</summary>
    public required TorchFacts Torch { get; init; }

    /// <summary>Gets the NVIDIA driver and GPUs.</summary>
    public required CudaFacts Cuda { get; init; }

    /// <summary>Gets the environment variables that change how this program works, as far as they are set.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets what the user should know, the worst first.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>Gets whether everything that a run on the processor needs is there.</summary>
    public bool IsHealthy => Findings.All(finding => finding.Severity != Severity.Error);

    /// <summary>Looks at this machine and loads libtorch to see whether it works.</summary>
    public static MachineReport Collect()
    {
        var host = HostFacts.Collect();
        var torch = TorchFacts.Collect();
        var cuda = CudaFacts.Collect();
        var environment = Variables
            .Select(name => KeyValuePair.Create(name, System.Environment.GetEnvironmentVariable(name)))
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .ToDictionary(pair => pair.Key, pair => pair.Value!, StringComparer.Ordinal);
        return new MachineReport
        {
            Host = host,
            Torch = torch,
            Cuda = cuda,
            Environment = environment,
            Findings = [.. Judgement.Of(host, torch, cuda, environment).OrderByDescending(finding => finding.Severity)],
        };
    }

    /// <summary>Writes the report as indented JSON with names like <c>lib_torch_version</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, MachineReportJson.Default.MachineReport);
}
