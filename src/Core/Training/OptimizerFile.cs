using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Safetensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>
/// The optimizer's two running means as a safetensors file, flat in the order of the parameter layout, and the mask of weights that
/// stay zero, sixteen to a number.
/// </summary>
internal static class OptimizerFile
{
    private const string FirstMoment = "first_moment";
    private const string SecondMoment = "second_moment";
    private const string Sparsity = "sparsity";

    /// <summary>Writes the means and the mask.</summary>
    public static void Write(string path, ParameterState state)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            [FirstMoment] = View(state.First),
            [SecondMoment] = View(state.Second),
        };
        if (state.Sparsity is { } mask)
        {
            tensors[Sparsity] = tensor(mask.Words, ScalarType.Int16);
        }

        SafetensorsWriter.Write(path, tensors);
    }

    /// <summary>Reads the means, and the mask where the state has one.</summary>
    public static void Read(string path, ParameterState state)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var file = SafetensorsFile.Open(path);
        View(state.First).copy_(file.Read(FirstMoment));
        View(state.Second).copy_(file.Read(SecondMoment));
        if (state.Sparsity is not null)
        {
            state.Sparsity = new SparsityMask(file.Read(Sparsity).data<short>().ToArray());
        }
    }

    private static unsafe Tensor View(NativeBuffer<float> buffer) =>
        TorchInterop.FromMemory((IntPtr)buffer.Pointer, [buffer.Count], ScalarType.Float32);
}
