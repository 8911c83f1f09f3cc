using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>Runs a stored model part by part: of its weights no more than one layer is in memory.</summary>
/// <param name="model">The model, which stays the caller's.</param>
/// <param name="device">Where the parts run.</param>
/// <param name="type">The element type they run in.</param>
public sealed class LayerwiseModel(StoredModel model, ComputeDevice device, ScalarType type)
{
    /// <summary>Gets the sizes of the model.</summary>
    public TransformerConfig Config => model.Config;

    /// <summary>Gets where the parts run.</summary>
    public ComputeDevice Device => device;

    /// <summary>Looks up the input vectors of tokens.</summary>
    /// <param name="tokens">Token ids on the host, <c>[batch, seq]</c>, 64-bit.</param>
    /// <returns>Vectors, <c>[batch, seq, hidden]</c>.</returns>
    public Tensor Embed(Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var rows = model.Weights.Read(TransformerShapes.Embedding).index_select(0, tokens.reshape(-1));
        return rows.to(type).to(device.Torch).view(tokens.shape[0], tokens.shape[1], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Loads a layer, for the caller to dispose.</summary>
    public DecoderLayer Layer(int layer) => new(Config, layer, device, type, Fill);

    /// <summary>Loads the final norm and the output matrix, for the caller to dispose.</summary>
    public DecoderHead Head() => new(Config, Fill);

    // A copy: the source's memory may be the file's own mapping.
    private Tensor Fill(string name, long[] shape)
    {
        using var scope = NewDisposeScope();
        return empty(shape, dtype: type, device: device.Torch).copy_(model.Weights.Read(name)).MoveToOuterDisposeScope();
    }
}
