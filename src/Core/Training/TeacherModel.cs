using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>A model that another one learns from: its weights, once, in the type and on the device of the passes.</summary>
public sealed class TeacherModel : IDisposable
{
    private readonly TransformerConfig _config;
    private readonly ComputeDevice _device;
    private readonly double _weight;
    private readonly double _temperature;
    private readonly NativeBuffer<float>? _single;
    private readonly NativeBuffer<ushort>? _half;
    private readonly Tensor? _remote;

    /// <summary>Loads the weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The stored weights; they stay the caller's.</param>
    /// <param name="student">Whose passes the teacher goes along with.</param>
    /// <param name="settings">How much it says.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The weights do not fit.</exception>
    public TeacherModel(TransformerConfig config, IWeightSource weights, TrainingModel student, DistillationSettings settings)
    {
        (_config, _device, _weight, _temperature) = (config, student.Device, settings.Weight, settings.Temperature);
        var layout = ParameterLayout.Of(config);
        var isRemote = student.Device.IsCuda;
        _remote = isRemote
            ? zeros(layout.Length, dtype: student.ElementType, device: student.Device.Torch).DetachFromDisposeScope()
            : null;
        _half = !isRemote && student.ElementType == ScalarType.BFloat16 ? new NativeBuffer<ushort>(layout.Length) : null;
        _single = !isRemote && _half is null ? new NativeBuffer<float>(layout.Length) : null;
        using var model = new Transformer(config, student.Device, student.ElementType, (name, _) =>
            _remote is not null ? layout[name].Of(_remote)
            : _half is not null ? TrainingModel.View(_half, layout[name])
            : TrainingModel.View(_single!, layout[name]));
        WeightLoader.Load(weights, model.state_dict(), config);
    }

    /// <summary>Goes along with fused passes in fp32.</summary>
    internal FusedDistillation<float, Fp32> InSingle(int capacity) =>
        new(FusedTransformer<float, Fp32>.Frozen(_config, _single!, capacity), _weight, _temperature);

    /// <summary>Goes along with fused passes in bf16.</summary>
    internal FusedDistillation<ushort, Bf16> InHalf(int capacity) =>
        new(FusedTransformer<ushort, Bf16>.Frozen(_config, _half!, capacity), _weight, _temperature);

    /// <summary>Goes along with libtorch's passes.</summary>
    internal AutogradDistillation Remote() => new(_config, _device, _remote!, _weight, _temperature);

    /// <inheritdoc/>
    public void Dispose()
    {
        _single?.Dispose();
        _half?.Dispose();
        _remote?.Dispose();
    }
}
