using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>One layer of a model by itself, so that a model which does not fit into memory runs layer by layer.</summary>
public sealed class DecoderLayer : IDisposable
{
    private readonly TransformerConfig _config;
    private readonly TransformerBlock _block;
    private readonly Tensor _frequencies;   // [headDim / 2], fp64
    private readonly ComputeDevice _device;
    private readonly ScalarType _type;

    /// <summary>Builds a layer.</summary>
    /// <param name="config">The sizes of the model.</param>
    /// <param name="layer">Which of its layers, for names and observers.</param>
    /// <param name="device">Where the parameters lie.</param>
    /// <param name="type">Their element type.</param>
    /// <param name="allocate">Supplies each parameter's memory, with its numbers, by its Hugging Face name in the model.</param>
    public DecoderLayer(TransformerConfig config, int layer, ComputeDevice device, ScalarType type, ParameterAllocator allocate)
    {
        using var scope = NewDisposeScope();
        (_config, _device, _type) = (config, device, type);
        var root = new ParameterScope("model", allocate)["layers"][$"{layer}"];
        _block = new TransformerBlock(root, config, layer);
        var frequencies = RotaryFrequencies.Compute(config.HeadDim, config.RopeTheta, config.RopeScaling);
        _frequencies = tensor(frequencies, device: device.Torch).DetachFromDisposeScope();
        Parameters = _block.state_dict().ToDictionary(pair => $"{root.Path}.{pair.Key}", pair => pair.Value);
    }

    /// <summary>Gets the parameters by Hugging Face name; they stay the layer's.</summary>
    public IReadOnlyDictionary<string, Tensor> Parameters { get; }

    /// <summary>Runs the layer on whole sequences.</summary>
    /// <param name="hidden">Hidden states of positions 0, 1, 2 …, <c>[batch, seq, hidden]</c>.</param>
    /// <param name="observer">Sees the attention and the activations within; null costs nothing.</param>
    /// <returns>Hidden states, <c>[batch, seq, hidden]</c>.</returns>
    public Tensor Run(Tensor hidden, IForwardObserver? observer = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var positions = arange(hidden.shape[1], device: _device.Torch).expand(hidden.shape[0], hidden.shape[1]);
        var turns = RotaryEmbedding.Turns(positions, _frequencies, _type);
        var plan = new ForwardPlan(turns, ForwardPlan.See(_config, positions, true), null, observer, LayerArithmetic.Fast);
        return _block.call(hidden, plan).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _frequencies.Dispose();
        _block.Dispose();
    }
}
