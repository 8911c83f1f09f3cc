using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>A model's weights as the kernels read them.</summary>
internal sealed class SimdWeights : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly Func<string, Tensor> _read;
    private readonly WeightFormat _format;
    private readonly SimdPath _path;

    /// <summary>Packs a draft head.</summary>
    /// <param name="head">Its sizes.</param>
    /// <param name="read">Reads a tensor by its name; it is disposed when it is packed.</param>
    /// <param name="format">How the matrices are kept.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    /// <param name="target">The model whose embedding and output matrix it shares; null where <paramref name="read"/> gives them.</param>
    public SimdWeights(DraftHeadConfig head, Func<string, Tensor> read, WeightFormat format, SimdPath path, SimdWeights? target)
    {
        (_read, _format, _path) = (read, format, path);
        using var quiet = no_grad();
        try
        {
            Embedding = target?.Embedding ?? Pack(EdgeFormat, TransformerShapes.Embedding);
            Head = target?.Head ?? Pack(EdgeFormat, TransformerShapes.Head);
            Fusion = Linear("fc", head.HasFusionBias);
            Layers = [ReadLayer("model.layers.0.", head.Layer, hasAttentionNorm: false)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Packs a model.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="read">Reads a tensor by its Hugging Face name; it is disposed when it is packed.</param>
    /// <param name="format">How the matrices are kept.</param>
    /// <param name="path">The instructions that will multiply by them.</param>
    public SimdWeights(TransformerConfig config, Func<string, Tensor> read, WeightFormat format, SimdPath path)
    {
        (_read, _format, _path) = (read, format, path);
        using var quiet = no_grad();
        try
        {
            Embedding = Pack(EdgeFormat, TransformerShapes.Embedding);
            Layers = [.. Enumerable.Range(0, config.LayerCount).Select(layer => ReadLayer($"model.layers.{layer}.", config))];
            Norm = Numbers("model.norm.weight");
            Head = config.TiesEmbeddings ? Embedding : Pack(EdgeFormat, TransformerShapes.Head);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the input vectors, one an output.</summary>
    public PackedMatrix Embedding { get; }

    /// <summary>Gets what joins a token's vector and the features of the token before it; null but for draft heads.</summary>
    public SimdLinear? Fusion { get; }

    /// <summary>Gets the layers.</summary>
    public IReadOnlyList<SimdLayer> Layers { get; }

    /// <summary>Gets the factors of the last norm; null where a draft head has none.</summary>
    public NativeBuffer<float>? Norm { get; }

    /// <summary>Gets the output matrix, which may be <see cref="Embedding"/>.</summary>
    public PackedMatrix Head { get; }

    // Half-bytes cost most where a vector stands for a token; there they are bytes.
    private WeightFormat EdgeFormat => _format == WeightFormat.Quantized4 ? WeightFormat.Quantized8 : _format;

    /// <summary>Gets how many words stand for four bytes of a row; 0 where matrices are not quantized.</summary>
    public int QuantizedWords => Head.QuantizedWords;

    /// <summary>Gets what a pass reads: all matrices but an embedding that is not the output matrix too.</summary>
    public long BytesPerPass => _owned.OfType<PackedMatrix>().Where(matrix => matrix != Embedding || matrix == Head).Sum(matrix => matrix.Bytes);

    /// <inheritdoc/>
    public void Dispose() => _owned.ForEach(part => part.Dispose());

    private SimdLayer ReadLayer(string prefix, TransformerConfig config, bool hasAttentionNorm = true)
    {
        var attention = prefix + "self_attn.";
        string[] projections = [attention + "q_proj", attention + "k_proj", attention + "v_proj"];
        return new SimdLayer(
            hasAttentionNorm ? Numbers(prefix + "input_layernorm.weight") : null,
            new SimdLinear(
                Pack(_format, [.. projections.Select(name => name + ".weight")]),
                config.HasQueryKeyValueBias ? Numbers([.. projections.Select(name => name + ".bias")]) : null),
            Linear(attention + "o_proj", config.HasOutputBias),
            Numbers(prefix + "post_attention_layernorm.weight"),
            Linear(prefix + "mlp.gate_proj", config.HasFeedForwardBias),
            Linear(prefix + "mlp.up_proj", config.HasFeedForwardBias),
            Linear(prefix + "mlp.down_proj", config.HasFeedForwardBias));
    }

    private SimdLinear Linear(string name, bool hasBias) => new(Pack(_format, name + ".weight"), hasBias ? Numbers(name + ".bias") : null);

    private PackedMatrix Pack(WeightFormat format, params string[] names)
    {
        using var scope = NewDisposeScope();
        var matrix = PackedMatrix.Pack([.. names.Select(_read)], format, _path);
        _owned.Add(matrix);
        return matrix;
    }

    private NativeBuffer<float> Numbers(params string[] names)
    {
        using var scope = NewDisposeScope();
        var numbers = names.SelectMany(name => _read(name).to(ScalarType.Float32).contiguous().data<float>().ToArray()).ToArray();
        var buffer = new NativeBuffer<float>(numbers.Length);
        numbers.CopyTo(buffer.Slice(0, numbers.Length));
        _owned.Add(buffer);
        return buffer;
    }
}
