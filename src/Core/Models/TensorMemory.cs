using System.Runtime.InteropServices;
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

    [LibraryImport("torch_cpu", EntryPoint = "aoti_torch_get_data_ptr")]
    private static partial int DataPointer(IntPtr tensor, out void* address);
}
