using System.Runtime.InteropServices;
using System.Text;

namespace LlmEfficiency.Core.Devices;

/// <summary>Asks NVIDIA's driver what is there. Every answer is null or empty where the driver is not.</summary>
internal static unsafe class CudaDriver
{
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    private static readonly Lazy<IntPtr> Library = new(() =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out var handle)
            ? handle
            : IntPtr.Zero);

    /// <summary>Gets whether the driver's library loads.</summary>
    public static bool IsPresent => Library.Value != IntPtr.Zero;

    /// <summary>Returns the newest CUDA that the driver serves.</summary>
    public static Version? Version()
    {
        var version = 0;
        return Entry("cuDriverGetVersion") is var f && f != null && ((delegate* unmanaged<int*, int>)f)(&version) == 0
            ? new Version(version / 1000, version % 1000 / 10)
            : null;
    }

    /// <summary>Starts the driver.</summary>
    /// <returns>Null on success, else the driver's own words.</returns>
    public static string? Start()
    {
        var start = Entry("cuInit");
        if (start == null)
        {
            return "the driver's library has no cuInit";
        }

        var error = ((delegate* unmanaged<uint, int>)start)(0);
        return error == 0 ? null : Describe(error);
    }

    /// <summary>Lists the GPUs.</summary>
    public static IReadOnlyList<CudaDevice> Devices()
    {
        var count = 0;
        var devices = new List<CudaDevice>();
        if (IsPresent && Start() is null && ((delegate* unmanaged<int*, int>)Entry("cuDeviceGetCount"))(&count) == 0)
        {
            for (var i = 0; i < count; i++)
            {
                devices.Add(Describe((uint)i));
            }
        }

        return devices;
    }

    /// <summary>Returns the free and total memory of a GPU; null when the driver does not tell.</summary>
    public static CudaMemory? Memory(int device)
    {
        var release = Entry("cuDevicePrimaryCtxRelease_v2"); // the youngest of these entries: CUDA 11
        if (release == null || Start() is not null)
        {
            return null;
        }

        int gpu;
        IntPtr context;
        if (((delegate* unmanaged<int*, int, int>)Entry("cuDeviceGet"))(&gpu, device) != 0
            || ((delegate* unmanaged<IntPtr*, int, int>)Entry("cuDevicePrimaryCtxRetain"))(&context, gpu) != 0)
        {
            return null;
        }

        nuint free = 0, total = 0;
        var isTold = ((delegate* unmanaged<IntPtr, int>)Entry("cuCtxPushCurrent_v2"))(context) == 0;
        if (isTold)
        {
            isTold = ((delegate* unmanaged<nuint*, nuint*, int>)Entry("cuMemGetInfo_v2"))(&free, &total) == 0;
            _ = ((delegate* unmanaged<IntPtr*, int>)Entry("cuCtxPopCurrent_v2"))(&context);
        }

        _ = ((delegate* unmanaged<int, int>)release)(gpu);
        return isTold ? new CudaMemory((long)free, (long)total) : null;
    }

    private static CudaDevice Describe(uint index)
    {
        const int NameLength = 256;
        var name = stackalloc byte[NameLength];
        int device, major = 0, minor = 0;
        nuint memory = 0;
        _ = ((delegate* unmanaged<int*, int, int>)Entry("cuDeviceGet"))(&device, (int)index);
        _ = ((delegate* unmanaged<byte*, int, int, int>)Entry("cuDeviceGetName"))(name, NameLength, device);
        _ = ((delegate* unmanaged<nuint*, int, int>)Entry("cuDeviceTotalMem_v2"))(&memory, device);
        var attribute = (delegate* unmanaged<int*, int, int, int>)Entry("cuDeviceGetAttribute");
        _ = attribute(&major, CapabilityMajor, device);
        _ = attribute(&minor, CapabilityMinor, device);
        return new CudaDevice((int)index, Text(name), (long)memory, new Version(major, minor));
    }

    private static string Describe(int error)
    {
        byte* text = null;
        var describe = Entry("cuGetErrorString");
        if (describe != null)
        {
            _ = ((delegate* unmanaged<int, byte**, int>)describe)(error, &text);
        }

        return text == null ? $"CUDA error {error}" : $"CUDA error {error}: {Text(text)}";
    }

    private static string Text(byte* text) =>
        Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text));

    private static void* Entry(string name) =>
        IsPresent && NativeLibrary.TryGetExport(Library.Value, name, out var address) ? (void*)address : null;
}
