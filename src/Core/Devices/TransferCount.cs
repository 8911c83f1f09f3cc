namespace LlmEfficiency.Core.Devices;

/// <summary>Copies that crossed between host and device; on the processor nothing crosses.</summary>
/// <param name="ToDevice">Copies from host to device.</param>
/// <param name="ToDeviceBytes">Their bytes.</param>
/// <param name="ToHost">Copies from device to host; each waits for the device.</param>
/// <param name="ToHostBytes">Their bytes.</param>
public readonly record struct TransferCount(long ToDevice, long ToDeviceBytes, long ToHost, long ToHostBytes)
{
    /// <summary>Returns the copies since an earlier reading.</summary>
    public TransferCount Since(TransferCount earlier) => new(
        ToDevice - earlier.ToDevice,
        ToDeviceBytes - earlier.ToDeviceBytes,
        ToHost - earlier.ToHost,
        ToHostBytes - earlier.ToHostBytes);
}
