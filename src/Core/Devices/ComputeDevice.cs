using System.Globalization;
using LlmEfficiency.Core.Errors;
using TorchSharp;

namespace LlmEfficiency.Core.Devices;

/// <summary>Where tensors live and computations run. The only place that says <c>cuda</c>.</summary>
public sealed record ComputeDevice
{
    private ComputeDevice(int? index) => Index = index;

    /// <summary>Gets the host's processor.</summary>
    public static ComputeDevice Cpu { get; } = new((int?)null);

    /// <summary>Gets the GPU's number; null is the processor.</summary>
    public int? Index { get; }

    /// <summary>Gets the device in TorchSharp's terms, which loads libtorch.</summary>
    public torch.Device Torch => Index is { } index ? new torch.Device(DeviceType.CUDA, index) : torch.CPU;

    /// <summary>Gets whether the device is an NVIDIA GPU.</summary>
    public bool IsCuda => Index is not null;

    /// <summary>Finds a device by its name on the command line.</summary>
    /// <param name="name">
    /// <c>auto</c> (a GPU when one works, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.
    /// </param>
    /// <remarks>libtorch is loaded only where a GPU may be: what runs on the processor with own kernels needs none.</remarks>
    /// <exception cref="LlmEfficiencyException">
    /// The name is unknown, the device is not there, or a GPU may be and libtorch does not load.
    /// </exception>
    public static ComputeDevice Parse(string name)
    {
        var index = IndexOf(name);
        if (index is null || (name == "auto" && !CudaDriver.IsPresent))
        {
            return Cpu;
        }

        NativeLibraries.Require();
        if (name == "auto" && !torch.cuda.is_available())
        {
            return Cpu;
        }

        if (CudaProblem() is { } problem)
        {
            throw new LlmEfficiencyException(ErrorKind.Environment, $"device '{name}' cannot be used: {problem}");
        }

        return index < torch.cuda.device_count()
            ? new ComputeDevice(index)
            : throw new LlmEfficiencyException(
                ErrorKind.Environment,
                $"device '{name}' is not there: libtorch sees {torch.cuda.device_count()} CUDA devices, the first is cuda:0");
    }

    /// <summary>Tells why no GPU can be used, with the remedy; null when one can.</summary>
    public static string? CudaProblem()
    {
        if (NativeLibraries.Load() is { Problem: { } broken })
        {
            return broken;
        }

        if (torch.cuda.is_available())
        {
            return null;
        }

        if (!CudaDriver.IsPresent)
        {
            return "no NVIDIA driver is installed (libcuda does not load)";
        }

        if (CudaDriver.Start() is { } refusal)
        {
            return $"the NVIDIA driver does not start: {refusal}";
        }

        if (CudaDriver.Devices().Count == 0)
        {
            var visible = Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES");
            return visible is null
                ? "the NVIDIA driver sees no GPU"
                : $"CUDA_VISIBLE_DEVICES is '{visible}', which leaves no GPU";
        }

        return NativeLibraries.IsLoaded("torch_cuda")
            ? $"libtorch's CUDA does not start; the driver serves CUDA {CudaDriver.Version()}, libtorch 2.10 wants 12.8 or a newer driver"
            : "this libtorch is the CPU one: build with -p:TorchBackend=cuda-12.8, or with -p:TorchBackend=none and let "
                + $"{NativeLibraries.FolderVariable} name a CUDA libtorch";
    }

    /// <summary>Waits until the device has finished all work given to it; returns at once on the processor.</summary>
    public void Synchronize()
    {
        if (IsCuda)
        {
            torch.cuda.synchronize(Torch);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Index is { } index ? $"cuda:{index}" : "cpu";

    // Null is the processor; auto means the first GPU if it works.
    private static int? IndexOf(string name)
    {
        if (name is "cpu")
        {
            return null;
        }

        if (name is "auto" or "cuda")
        {
            return 0;
        }

        return name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw new LlmEfficiencyException(
                ErrorKind.Usage, $"device '{name}' is unknown: use auto, cpu, cuda or cuda:0");
    }
}
