using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>A draft head as libtorch computes it, for training and as the plain twin of the engine's.</summary>
/// <remarks>Parameters carry the names of <see cref="Checkpoints.DraftHeadShapes"/>.</remarks>
public sealed class DraftHead : IDisposable
{
    private readonly Projection _fusion;
    private readonly TransformerBlock _layer;
    private readonly Tensor _frequencies;       // [headDim / 2], fp64

    /// <summary>Builds a head.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="device">Where the parameters lie.</param>
    /// <param name="allocate">Supplies each parameter's memory, with its numbers.</param>
    public DraftHead(DraftHeadConfig config, ComputeDevice device, ParameterAllocator allocate)
    {
        ArgumentNullException.ThrowIfNull(config);
        using var scope = NewDisposeScope();
        var (root, width) = (new ParameterScope(string.Empty, allocate), config.Layer.HiddenSize);
        var place = root["model"]["layers"]["0"];
        _fusion = new Projection(root["fc"], 2 * width, width, config.HasFusionBias);
        _layer = new TransformerBlock(place, config.Layer, 0, hasAttentionNorm: false);
        var frequencies = RotaryFrequencies.Compute(config.Layer.HeadDim, config.Layer.RopeTheta, config.Layer.RopeScaling);
        _frequencies = tensor(frequencies, device: device.Torch).DetachFromDisposeScope();
        Parameters = new[] { ("fc", _fusion.named_parameters()), (place.Path, _layer.named_parameters()) }
            .SelectMany(part => part.Item2.Select(pair => ($"{part.Item1}.{pair.name}", pair.parameter))).ToDictionary();
    }

    /// <summary>Gets the parameters by name; they stay the head's.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters { get; }

    /// <summary>Foretells features.</summary>
    /// <param name="embedded">The vectors of tokens, <c>[batch, seq, hidden]</c>.</param>
    /// <param name="features">The features of the tokens before them, <c>[batch, seq, hidden]</c>.</param>
    /// <param name="positions">The positions of these, <c>[batch, seq]</c>, 64-bit.</param>
    /// <param name="visibility">What each token sees.</param>
    /// <returns>The features of the tokens, <c>[batch, seq, hidden]</c>.</returns>
    public Tensor Run(Tensor embedded, Tensor features, Tensor positions, Visibility visibility)
    {
        using var scope = NewDisposeScope();
        var turns = RotaryEmbedding.Turns(positions, _frequencies, embedded.dtype);
        var joined = _fusion.call(cat([embedded, features], -1), LayerArithmetic.Fast);
        return _layer.call(joined, new ForwardPlan(turns, visibility, null, null, LayerArithmetic.Fast)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _frequencies.Dispose();
        _fusion.Dispose();
        _layer.Dispose();
    }
}
