using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Devices;

/// <summary>
/// Entries of libtorch's own C interface that TorchSharp does not wrap. A TorchSharp handle is its tensor handle.
/// </summary>
public static unsafe partial class TorchInterop
{
    private const string Library = "torch_cpu";

    /// <summary>Makes a CPU tensor over memory that somebody else owns, without a copy.</summary>
    /// <param name="address">The first element; must be aligned to the element's size and outlive the tensor.</param>
    /// <param name="shape">The dimensions of a contiguous tensor.</param>
    /// <param name="type">The element type.</param>
    public static Tensor FromMemory(IntPtr address, ReadOnlySpan<long> shape, ScalarType type)
    {
        Span<long> strides = stackalloc long[shape.Length];
        var stride = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            (strides[i], stride) = (stride, stride * Math.Max(shape[i], 1));
        }

        IntPtr handle;
        fixed (long* sizes = shape, steps = strides)
        {
            var failed = CreateTensorFromBlob(
                (void*)address, shape.Length, sizes, steps, 0, (int)type, 0, 0, out handle);
            if (failed != 0)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Environment, "libtorch refuses a tensor over foreign memory");
            }
        }

        return Tensor.UnsafeCreateTensor(handle);
    }

    /// <summary>Returns the version of the libtorch that is loaded, which TorchSharp does not tell.</summary>
    public static Version Version()
    {
        var packed = AbiVersion(); // one byte each from the top: major, minor, patch
        return new Version((int)(packed >> 56), (int)(packed >> 48 & 0xff), (int)(packed >> 40 & 0xff));
    }

    [LibraryImport(Library, EntryPoint = "aoti_torch_abi_version")]
    private static partial ulong AbiVersion();

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    private static partial int CreateTensorFromBlob(
        void* address, long dimensions, long* sizes, long* strides, long offset, int type, int deviceType, int deviceIndex, out IntPtr tensor);
}
