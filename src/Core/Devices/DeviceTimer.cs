using System.Diagnostics;

namespace LlmEfficiency.Core.Devices;

/// <summary>
/// Measures work on a device: waits for it before each reading, so that queued work is neither missed nor inherited.
/// </summary>
public readonly struct DeviceTimer
{
    private readonly ComputeDevice _device;
    private readonly long _start;

    private DeviceTimer(ComputeDevice device)
    {
        device.Synchronize();
        (_device, _start) = (device, Stopwatch.GetTimestamp());
    }

    /// <summary>Waits for the device and begins.</summary>
    public static DeviceTimer Start(ComputeDevice device) => new(device);

    /// <summary>Waits for the device and returns the time since the start.</summary>
    public TimeSpan Elapsed()
    {
        _device.Synchronize();
        return Stopwatch.GetElapsedTime(_start);
    }
}
