using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Simd;

/// <summary>A model's weights as the kernels read them.</summary>
internal sealed class SimdWeights : IDisposable
{
    private readonly List<IDisposable> _owned = [];
    private readonly Dictionary<string, WeightPart> _parts;
    private readonly IPartSource _source;

    /// <summary>Takes a draft head's weights.</summary>
    /// <param name="head">Its sizes.</param>
    /// <param name="format">How the matrices are kept.</param>
    /// <param name="source">Where they come from; it is disposed with the weights.</param>
    /// <param name="target">The model whose embedding and output matrix it shares; null where the source gives them.</param>
    public SimdWeights(DraftHeadConfig head, WeightFormat format, IPartSource source, SimdWeights? target)
    {
        _source = source;
        _parts = WeightParts.Of(head, format).ToDictionary(part => part.Name);
        try
        {
            Embedding = target?.Embedding ?? Matrix(WeightParts.Embedding);
            Head = target?.Head ?? Matrix(WeightParts.Head);
            Fusion = Linear(WeightParts.Fusion);
            Layers = [ReadLayer(WeightParts.LayerPrefix(0))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Takes a model's weights.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="format">How the matrices are kept.</param>
    /// <param name="source">Where they come from; it is disposed with the weights.</param>
    public SimdWeights(TransformerConfig config, WeightFormat format, IPartSource source)
    {
        _source = source;
        _parts = WeightParts.Of(config, format).ToDictionary(part => part.Name);
        try
        {
            Embedding = Matrix(WeightParts.Embedding);
            Layers = [.. Enumerable.Range(0, config.LayerCount).Select(layer => ReadLayer(WeightParts.LayerPrefix(layer)))];
            Norm = Numbers(WeightParts.Norm);
            Head = config.TiesEmbeddings ? Embedding : Matrix(WeightParts.Head);
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

    /// <summary>Gets what the matrices want rows to be rounded to.</summary>
    public RowFormat Rows => Head.Rows;

    /// <summary>Gets what a pass reads: all matrices but an embedding that is not the output matrix too.</summary>
    public long BytesPerPass => _owned.OfType<PackedMatrix>().Where(matrix => matrix != Embedding || matrix == Head).Sum(matrix => matrix.Bytes);

    /// <inheritdoc/>
    public void Dispose()
    {
        _owned.ForEach(part => part.Dispose());
        _source.Dispose();
    }

    private SimdLayer ReadLayer(string prefix) => new(
        _parts.ContainsKey(WeightParts.AttentionNorm(prefix)) ? Numbers(WeightParts.AttentionNorm(prefix)) : null,
        Linear($"{prefix}self_attn.qkv_proj"),
        Linear($"{prefix}self_attn.o_proj"),
        Numbers($"{prefix}post_attention_layernorm.weight"),
        Linear($"{prefix}mlp.gate_proj"),
        Linear($"{prefix}mlp.up_proj"),
        Linear($"{prefix}mlp.down_proj"));

    private SimdLinear Linear(string name) =>
        new(Matrix($"{name}.weight"), _parts.ContainsKey($"{name}.bias") ? Numbers($"{name}.bias") : null);

    private PackedMatrix Matrix(string name) => Own(_source.Matrix(_parts[name]));

    private NativeBuffer<float> Numbers(string name) => Own(_source.Numbers(_parts[name]));

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Add(part);
        return part;
    }
}
