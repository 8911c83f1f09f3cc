using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Safetensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>The optimizer's two running means as a safetensors file, flat in the order of the parameter layout.</summary>
internal static class OptimizerFile
{
    private const string FirstMoment = "first_moment";
    private const string SecondMoment = "second_moment";

    /// <summary>Writes the means.</summary>
    public static void Write(string path, ParameterState state)
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.Write(path, new Dictionary<string, Tensor>
        {
            [FirstMoment] = View(state.First),
            [SecondMoment] = View(state.Second),
        });
    }

    /// <summary>Reads the means.</summary>
    public static void Read(string path, ParameterState state)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var file = SafetensorsFile.Open(path);
        View(state.First).copy_(file.Read(FirstMoment));
        View(state.Second).copy_(file.Read(SecondMoment));
    }

    private static unsafe Tensor View(NativeBuffer<float> buffer) =>
        TorchInterop.FromMemory((IntPtr)buffer.Pointer, [buffer.Count], ScalarType.Float32);
}
