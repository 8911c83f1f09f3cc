using static TorchSharp.torch;

namespace LlmEfficiency.Core.Devices;

/// <summary>Moves tensors between the host and one device, and counts what crosses.</summary>
/// <param name="device">The other side.</param>
public sealed class HostTransfer(ComputeDevice device)
{
    private const long PinnedLimit = 64L << 20;

    private long _toDevice;
    private long _toDeviceBytes;
    private long _toHost;
    private long _toHostBytes;

    /// <summary>Gets the device of this transfer.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Gets the copies so far.</summary>
    public TransferCount Count => new(
        Interlocked.Read(ref _toDevice),
        Interlocked.Read(ref _toDeviceBytes),
        Interlocked.Read(ref _toHost),
        Interlocked.Read(ref _toHostBytes));

    /// <summary>Brings a host tensor to the device.</summary>
    /// <param name="host">A tensor of any shape on the processor.</param>
    /// <returns>
    /// A tensor of the same shape and type; on the processor it shares the memory of <paramref name="host"/>.
    /// </returns>
    /// <remarks>
    /// Up to 64 MiB travel through pinned memory without waiting; work queued on the device later sees the values. More
    /// would cost a second copy on the host that takes as long as the wait.
    /// </remarks>
    public Tensor ToDevice(Tensor host)
    {
        using var scope = NewDisposeScope();
        if (!Device.IsCuda)
        {
            return host.alias().MoveToOuterDisposeScope();
        }

        var bytes = Bytes(host);
        Interlocked.Increment(ref _toDevice);
        Interlocked.Add(ref _toDeviceBytes, bytes);
        var source = bytes <= PinnedLimit ? host.pin_memory() : host;
        return source.to(Device.Torch, copy: false, non_blocking: bytes <= PinnedLimit).MoveToOuterDisposeScope();
    }

    /// <summary>Brings a tensor to the host and waits for it.</summary>
    /// <param name="tensor">A tensor of any shape on this device.</param>
    /// <returns>
    /// A tensor of the same shape and type; on the processor it shares the memory of <paramref name="tensor"/>.
    /// </returns>
    public Tensor ToHost(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        if (!Device.IsCuda)
        {
            return tensor.alias().MoveToOuterDisposeScope();
        }

        Interlocked.Increment(ref _toHost);
        Interlocked.Add(ref _toHostBytes, Bytes(tensor));
        return tensor.cpu().MoveToOuterDisposeScope();
    }

    private static long Bytes(Tensor tensor) => tensor.numel() * tensor.element_size();
}
