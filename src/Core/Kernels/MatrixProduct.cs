using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Kernels;

/// <summary>Products of large matrices on the processor by libtorch's own routines, over memory that the caller owns.</summary>
internal static unsafe partial class MatrixProduct
{
    private const string Library = "torch_cpu";

    /// <summary>Computes <c>product = left · right</c> or <c>product += left · right</c>.</summary>
    /// <param name="left">The left factor, <c>[rows, inner]</c>.</param>
    /// <param name="right">The right factor, <c>[inner, columns]</c>.</param>
    /// <param name="product">Where the product goes, <c>[rows, columns]</c>, rows one behind the other.</param>
    /// <param name="torchType">libtorch's number of the element type of all three.</param>
    /// <param name="isAdded">Whether the product is added to what is there.</param>
    /// <exception cref="LlmEfficiencyException">libtorch refuses: it found no memory.</exception>
    public static void Multiply(Matrix left, Matrix right, Matrix product, int torchType, bool isAdded = false)
    {
        IntPtr a = 0, b = 0, c = 0;
        try
        {
            a = Wrap(left, torchType);
            b = Wrap(right, torchType);
            c = Wrap(product, torchType);
            Check(isAdded ? MultiplyAdd(c, c, a, b, 1, 1) : MultiplyOut(c, a, b));
        }
        finally
        {
            Release(a);
            Release(b);
            Release(c);
        }
    }

    private static IntPtr Wrap(Matrix matrix, int torchType)
    {
        var sizes = stackalloc long[] { matrix.Rows, matrix.Columns };
        var steps = stackalloc long[] { matrix.RowStep, matrix.ColumnStep };
        Check(FromBlob(matrix.Memory, 2, sizes, steps, 0, torchType, 0, 0, out var handle));
        return handle;
    }

    private static void Release(IntPtr handle)
    {
        if (handle != 0)
        {
            _ = Delete(handle);
        }
    }

    private static void Check(int failed)
    {
        if (failed != 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.OutOfMemory, "libtorch cannot multiply two matrices, most likely for want of memory: use fewer tokens a shard");
        }
    }

    [LibraryImport(Library, EntryPoint = "aoti_torch_create_tensor_from_blob")]
    private static partial int FromBlob(
        void* memory, long dimensions, long* sizes, long* steps, long offset, int type, int deviceType, int deviceIndex, out IntPtr tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_delete_tensor_object")]
    private static partial int Delete(IntPtr tensor);

    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu_mm_out")]
    private static partial int MultiplyOut(IntPtr product, IntPtr left, IntPtr right);

    [LibraryImport(Library, EntryPoint = "aoti_torch_cpu_addmm_out")]
    private static partial int MultiplyAdd(IntPtr product, IntPtr added, IntPtr left, IntPtr right, double beta, double alpha);
}
