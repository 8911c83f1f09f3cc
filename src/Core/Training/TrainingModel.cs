using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Weights;

using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>A model under training: fp32 parameters with their optimizer state, and the copy that the passes compute with.</summary>
/// <remarks>
/// On a processor the passes are the fused ones. On a GPU they are libtorch's; parameters and optimizer stay on the host, the copy is
/// sent after each step.
/// </remarks>
public sealed class TrainingModel : IDisposable
{
    /// <summary>Takes the memory; all parameters are zero.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="device">Where the passes run.</param>
    /// <param name="type">The type that the passes compute in: fp32 or bf16.</param>
    public TrainingModel(TransformerConfig config, ComputeDevice device, ScalarType type)
        : this(config, device, type, ParameterLayout.Of(config))
    {
    }

    /// <summary>Takes the memory of a draft head; all parameters are zero.</summary>
    /// <param name="head">The head, taken over; it is trained where its model lies.</param>
    internal TrainingModel(HeadInTraining head)
        : this(head.Target.Config, head.Target.Device, head.Target.ElementType, head.Layout) => Head = head;

    private TrainingModel(TransformerConfig config, ComputeDevice device, ScalarType type, ParameterLayout layout)
    {
        config.Validate();
        (Config, ElementType, Device) = (config, type, device);
        State = new ParameterState(layout);
        Half = device.IsCuda || type != ScalarType.BFloat16 ? null : new NativeBuffer<ushort>(State.Layout.Length);
        Remote = device.IsCuda
            ? zeros(State.Layout.Length, dtype: type, device: device.Torch).DetachFromDisposeScope()
            : null;
    }

    /// <summary>Gets the sizes.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Gets where the passes run.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Gets the type that the passes compute in.</summary>
    public ScalarType ElementType { get; }

    /// <summary>Gets how many weights stay zero.</summary>
    public long KeptZeros => State.Sparsity?.Count ?? 0;

    /// <summary>Gets the parameters and the optimizer's means.</summary>
    internal ParameterState State { get; }

    /// <summary>Gets the parameters rounded to bf16 for passes on the processor; null where those compute in fp32, or on a GPU.</summary>
    internal NativeBuffer<ushort>? Half { get; }

    /// <summary>Gets the copy of the parameters on a GPU, <c>[length]</c>; null on the processor.</summary>
    internal Tensor? Remote { get; }

    /// <summary>Gets the draft head whose parameters these are; null where they are a model's.</summary>
    internal HeadInTraining? Head { get; }

    /// <summary>Gets or sets whom the model learns from besides the data; the model owns it; null for nobody.</summary>
    internal TeacherModel? Teacher { get; set; }

    /// <summary>Fills the parameters with what training starts from.</summary>
    /// <param name="seed">The source of randomness.</param>
    /// <param name="deviation">The standard deviation of the matrices.</param>
    public void Initialise(ulong seed, double deviation = 0.02)
    {
        using var generator = new Generator(seed);
        if (Head is null)
        {
            using var model = Over(State.Weights);
            model.Initialise(generator, deviation);
        }
        else
        {
            using var scope = NewDisposeScope();
            HeadInTraining.Initialise(Tensors(), generator, deviation);
        }

        Refresh();
    }

    /// <summary>Fills the parameters from stored weights.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">They do not fit.</exception>
    public void Load(IWeightSource weights)
    {
        using var scope = NewDisposeScope();
        WeightLoader.Load(weights, Tensors(), Config);
        Refresh();
    }

    /// <summary>Keeps weights of the layers' linear maps that are zero now at zero through every later step.</summary>
    public void KeepZeros() => State.Sparsity = SparsityMask.OfZeros(State.Weights.Slice(0, State.Layout.Length), State.Layout);

    /// <summary>Describes the parameters by name, as views that live as long as the dispose scope they are made in.</summary>
    public IReadOnlyDictionary<string, Tensor> Tensors() =>
        State.Layout.Places.ToDictionary(place => place.Name, place => View(State.Weights, place));

    /// <summary>Makes a transformer over the fp32 parameters, on the processor; it sees every later step.</summary>
    public Transformer AsTransformer() => Over(State.Weights);

    /// <summary>
    /// Makes a transformer over the copy that the passes compute with, on their device and in their type; it sees every later step.
    /// What it samples comes from the distribution that the passes differentiate, up to the noise of kernels.
    /// </summary>
    public Transformer AsSampler() =>
        new(Config, Device, ElementType, (name, _) => PassView(name));

    /// <summary>Makes the passes for one thread.</summary>
    /// <param name="capacity">The most tokens of a shard.</param>
    /// <param name="recomputes">Whether activations are computed again backward instead of kept.</param>
    /// <param name="temperature">What logits are divided by.</param>
    public IGradientWorker<PackedShard> MakeWorker(int capacity, bool recomputes, double temperature = 1) =>
        TrainingPasses.Make(this, capacity, recomputes, temperature);

    /// <summary>Takes over all new parameters into the copy of the passes.</summary>
    public void Refresh()
    {
        Round(0, (int)State.Layout.Length);
        Send();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        State.Dispose();
        Head?.Dispose();
        Teacher?.Dispose();
        Half?.Dispose();
        Remote?.Dispose();
    }

    /// <summary>Returns a parameter as the passes compute with it: a view on their device and in their type.</summary>
    internal Tensor PassView(string name) => Remote is not null ? State.Layout[name].Of(Remote)
        : Half is not null ? View(Half, State.Layout[name])
        : View(State.Weights, State.Layout[name]);

    /// <summary>Rounds a stretch of new parameters for passes on the processor.</summary>
    internal unsafe void Round(int start, int length)
    {
        if (Half is not null)
        {
            RowKernel<ushort, Bf16>.Narrow(State.Weights.Pointer + start, Half.Pointer + start, length);
        }
    }

    /// <summary>Sends all parameters to a GPU.</summary>
    internal unsafe void Send()
    {
        if (Remote is not null)
        {
            using var quiet = no_grad();
            using var host = TorchInterop.FromMemory((IntPtr)State.Weights.Pointer, [State.Layout.Length], ScalarType.Float32);
            Remote.copy_(host);
        }
    }

    internal static unsafe Tensor View(NativeBuffer<float> buffer, ParameterPlace place) =>
        TorchInterop.FromMemory((IntPtr)(buffer.Pointer + place.Offset), [.. place.Shape], ScalarType.Float32);

    internal static unsafe Tensor View(NativeBuffer<ushort> buffer, ParameterPlace place) =>
        TorchInterop.FromMemory((IntPtr)(buffer.Pointer + place.Offset), [.. place.Shape], ScalarType.BFloat16);

    private Transformer Over(NativeBuffer<float> buffer) => new(
        Config, ComputeDevice.Cpu, ScalarType.Float32, (name, _) => View(buffer, State.Layout[name]));
}
