using LlmEfficiency.Core.Devices;

namespace LlmEfficiency.Core.Diagnostics;

/// <summary>NVIDIA's driver and GPUs.</summary>
public sealed record CudaFacts
{
    /// <summary>Gets whether models can run on a GPU here.</summary>
    public required bool IsAvailable { get; init; }

    /// <summary>Gets why not, with the remedy; null when they can.</summary>
    public required string? Problem { get; init; }

    /// <summary>Gets whether the driver's library is there.</summary>
    public required bool HasDriver { get; init; }

    /// <summary>Gets the newest CUDA that the driver serves.</summary>
    public required Version? DriverVersion { get; init; }

    /// <summary>Gets the GPUs that the driver shows to this process.</summary>
    public required IReadOnlyList<CudaDevice> Devices { get; init; }

    /// <summary>Asks the driver and libtorch.</summary>
    public static CudaFacts Collect()
    {
        var problem = ComputeDevice.CudaProblem();
        return new CudaFacts
        {
            IsAvailable = problem is null,
            Problem = problem,
            HasDriver = CudaDriver.IsPresent,
            DriverVersion = CudaDriver.Version(),
            Devices = CudaDriver.Devices(),
        };
    }
}
