using LlmEfficiency.Core.Errors;
using TorchSharp;

namespace LlmEfficiency.Core.Devices;

/// <summary>Where tensors live and computations run. The only place that says <c>cuda</c>.</summary>
public sealed record ComputeDevice
{
    private ComputeDevice(torch.Device torch) => Torch = torch;

    /// <summary>Gets the host's processor.</summary>
    public static ComputeDevice Cpu { get; } = new(TorchSharp.torch.CPU);

    /// <summary>Gets the device in TorchSharp's terms.</summary>
    public torch.Device Torch { get; }

    /// <summary>Gets whether the device is an NVIDIA GPU.</summary>
    public bool IsCuda => Torch.type == DeviceType.CUDA;

    /// <summary>Finds a device by its name on the command line.</summary>
    /// <param name="name"><c>auto</c> (a GPU when one works, else the processor), <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>.</param>
    /// <exception cref="LlmEfficiencyException">The name is unknown, or the device is not there.</exception>
    public static ComputeDevice Parse(string name)
    {
        if (name is "cpu" || (name is "auto" && !torch.cuda.is_available()))
        {
            return Cpu;
        }

        var index = name is "cuda" or "auto" ? 0 : -1;
        if (index < 0 && !(name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), System.Globalization.NumberStyles.None, null, out index)))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"device '{name}' is unknown: use auto, cpu, cuda or cuda:0");
        }

        return index < torch.cuda.device_count()
            ? new ComputeDevice(new torch.Device(DeviceType.CUDA, index))
            : throw new LlmEfficiencyException(
                ErrorKind.Environment,
                $"device '{name}' is not there: libtorch sees {torch.cuda.device_count()} CUDA devices; 'llmeff doctor' says why");
    }

    /// <inheritdoc/>
    public override string ToString() => IsCuda ? $"cuda:{Torch.index}" : "cpu";
}
