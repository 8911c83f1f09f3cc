namespace LlmEfficiency.Core.Devices;

/// <summary>Follows the memory of the device of a run; <see cref="HostMemory"/> tells the host's.</summary>
/// <remarks>
/// libtorch tells its own allocated and reserved bytes on a GPU only through C++ virtual calls, which have no stable
/// entry; the driver's figures are used instead, so other processes on the same GPU are counted in.
/// </remarks>
/// <param name="device">The device of the run.</param>
public sealed class DeviceMemory(ComputeDevice device)
{
    private long? _devicePeak;

    /// <summary>
    /// Gets the most bytes in use on the GPU at any <see cref="Sample"/>; null on the processor or without a driver.
    /// </summary>
    public long? DevicePeak => _devicePeak;

    /// <summary>Reads the GPU's memory now and raises <see cref="DevicePeak"/> to it; null on the processor.</summary>
    /// <remarks>
    /// Call it after prefill and at the end of each phase; libtorch keeps freed blocks, so later readings see them.
    /// </remarks>
    public CudaMemory? Sample()
    {
        var now = device.Index is { } index ? CudaDriver.Memory(index) : null;
        if (now is not null)
        {
            _devicePeak = Math.Max(_devicePeak ?? 0, now.Used);
        }

        return now;
    }

    /// <summary>Gets the bytes that can still be allocated on the device; null when it does not tell.</summary>
    public long? Available => device.Index is { } index
        ? CudaDriver.Memory(index)?.Free
        : HostMemory.Available;
}
