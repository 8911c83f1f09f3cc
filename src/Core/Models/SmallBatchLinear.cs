using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>A linear map of a few vectors through oneDNN, for decoding in fp32 on a processor.</summary>
/// <remarks>
/// The default path hands one vector to a matrix-vector routine that uses a single thread: half the speed of oneDNN, which
/// leads up to eight vectors; from sixteen on the default is faster.
/// </remarks>
internal static unsafe partial class SmallBatchLinear
{
    private const string Library = "torch_cpu";
    private const string Entry = "aoti_torch_cpu__linear_pointwise";
    private const long MostVectors = 8;

    private static readonly bool IsThere =
        NativeLibrary.TryLoad(Library, typeof(SmallBatchLinear).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, Entry, out _);

    /// <summary>Computes the map, or returns null where the default path is as good or the only one.</summary>
    /// <param name="input">Vectors, <c>[..., in]</c>.</param>
    /// <param name="weight">The matrix, <c>[out, in]</c>.</param>
    /// <param name="bias">What is added, <c>[out]</c>.</param>
    /// <returns>Vectors, <c>[..., out]</c>, or null.</returns>
    public static Tensor? TryApply(Tensor input, Tensor weight, Tensor? bias)
    {
        if (!IsThere || is_grad_enabled() || input.dtype != ScalarType.Float32 || weight.dtype != ScalarType.Float32
            || input.device_type != TorchSharp.DeviceType.CPU || input.numel() > MostVectors * input.shape[^1])
        {
            return null;
        }

        var addend = bias?.Handle ?? IntPtr.Zero;
        fixed (byte* attribute = "none"u8)
        {
            var failed = Apply(
                input.Handle, weight.Handle, bias is null ? null : &addend, attribute, null, 0, null, out var result);
            GC.KeepAlive(input);
            GC.KeepAlive(weight);
            GC.KeepAlive(bias);
            return failed == 0 ? Tensor.UnsafeCreateTensor(result) : null;
        }
    }

    [LibraryImport(Library, EntryPoint = Entry)]
    private static partial int Apply(
        IntPtr input, IntPtr weight, IntPtr* bias, byte* attribute, double** scalars, long scalarCount, byte** algorithm, out IntPtr result);
}
