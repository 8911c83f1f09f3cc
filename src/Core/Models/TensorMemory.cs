using System.Runtime.InteropServices;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Where the numbers of a tensor lie.</summary>
internal static unsafe partial class TensorMemory
{
    /// <summary>Returns the address of a tensor's first number; it holds as long as the tensor.</summary>
    /// <param name="tensor">A tensor on the processor.</param>
    public static void* Pointer(Tensor tensor)
    {
        var failed = DataPointer(tensor.Handle, out var address);
        GC.KeepAlive(tensor);
        return failed == 0 ? address : throw new LlmEfficiencyException(ErrorKind.Environment, "libtorch does not tell where a tensor lies");
    }

    /// <summary>Looks at foreign memory as a tensor, which the memory must outlive.</summary>
    /// <param name="memory">The first number.</param>
    /// <param name="shape">The dimensions.</param>
    /// <param name="type">The element type.</param>
    public static Tensor Over(void* memory, IReadOnlyList<long> shape, ScalarType type) =>
        TorchInterop.FromMemory((IntPtr)memory, [.. shape], type);

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int DataPointer(IntPtr tensor, out void* address);
}
