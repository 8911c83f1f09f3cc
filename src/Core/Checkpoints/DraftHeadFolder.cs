using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Checkpoints;

/// <summary>A draft head in the layout in which EAGLE's are published: <c>config.json</c> and safetensors or <c>pytorch_model.bin</c>.</summary>
/// <remarks>
/// The layer's names have no <c>model.</c> before them there. A copy of the target's embedding lies beside them, which is written and not read.
/// </remarks>
public sealed class DraftHeadFolder : IDisposable
{
    private const string Prefix = "model.";

    private DraftHeadFolder(string path, DraftHeadConfig config, IWeightSource weights) => (Path, Config, Weights) = (path, config, weights);

    /// <summary>Gets the folder.</summary>
    public string Path { get; }

    /// <summary>Gets the sizes.</summary>
    public DraftHeadConfig Config { get; }

    /// <summary>Gets the stored tensors by the names of <see cref="DraftHeadShapes"/>.</summary>
    public IWeightSource Weights { get; }

    /// <summary>Opens a folder.</summary>
    /// <exception cref="LlmEfficiencyException">It is none of a draft head, or a part is missing, malformed or does not fit.</exception>
    public static DraftHeadFolder Open(string folder)
    {
        var sizes = HuggingFaceConfig.Open(System.IO.Path.Join(folder, HuggingFaceConfig.FileName)).Transformer with { TiesEmbeddings = false };
        var weights = new CanonicalWeights(CheckpointFolder.OpenWeights(folder), sizes);
        try
        {
            var config = ReadConfig(folder, sizes, weights.Entries);
            WeightLoader.Compare(weights, Shapes(config, weights.Entries), config.Layer, folder);
            return new DraftHeadFolder(folder, config, new SelectedWeights(weights, name => name != TransformerShapes.Embedding));
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Writes a head.</summary>
    /// <param name="folder">The folder; it is made if need be.</param>
    /// <param name="config">The sizes.</param>
    /// <param name="tensors">The head's tensors by the names of <see cref="DraftHeadShapes"/>.</param>
    /// <param name="embedding">The target's embedding, <c>[vocab, hidden]</c>, which other programs look for.</param>
    /// <exception cref="LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string folder, DraftHeadConfig config, IReadOnlyDictionary<string, Tensor> tensors, Tensor embedding)
    {
        var published = tensors.ToDictionary(pair => Published(pair.Key), pair => pair.Value);
        published[Published(TransformerShapes.Embedding)] = embedding;
        var written = new HuggingFaceConfig { Transformer = config.Layer, ElementType = embedding.dtype, FusionBias = config.HasFusionBias };
        CheckpointFolder.Write(folder, written, published);
    }

    /// <summary>Refuses a target that the head is not for.</summary>
    /// <exception cref="LlmEfficiencyException">Width or vocabulary differ.</exception>
    public void RequireTarget(TransformerConfig target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var (own, sizes) = ((Config.Layer.HiddenSize, Config.Layer.VocabularySize), (target.HiddenSize, target.VocabularySize));
        if (own != sizes)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{Path}: the head is for a model with hidden_size {own.HiddenSize} and vocab_size {own.VocabularySize}, "
                + $"this one has {sizes.HiddenSize} and {sizes.VocabularySize}: take the head that was trained on this model");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();

    // The configurations of published heads do not tell of biases reliably; the tensors do.
    private static DraftHeadConfig ReadConfig(string folder, TransformerConfig sizes, IReadOnlyDictionary<string, WeightEntry> entries)
    {
        const string Layer = "model.layers.0.";
        if (!entries.ContainsKey(DraftHeadShapes.Fusion) || sizes.LayerCount != 1)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{folder}: is no draft head of EAGLE or EAGLE-2: it has {sizes.LayerCount} layers and "
                + $"{(entries.ContainsKey(DraftHeadShapes.Fusion) ? "a" : "no")} tensor '{DraftHeadShapes.Fusion}': name the head's own folder, not the model's");
        }

        var layer = sizes with
        {
            HasQueryKeyValueBias = entries.ContainsKey(Layer + "self_attn.q_proj.bias"),
            HasOutputBias = entries.ContainsKey(Layer + "self_attn.o_proj.bias"),
            HasFeedForwardBias = entries.ContainsKey(Layer + "mlp.down_proj.bias"),
        };
        return new DraftHeadConfig(layer, entries.ContainsKey(DraftHeadShapes.FusionBias));
    }

    private static Dictionary<string, IReadOnlyList<long>> Shapes(DraftHeadConfig config, IReadOnlyDictionary<string, WeightEntry> entries)
    {
        var shapes = DraftHeadShapes.Of(config).ToDictionary();
        if (entries.ContainsKey(TransformerShapes.Embedding))
        {
            shapes[TransformerShapes.Embedding] = [config.Layer.VocabularySize, config.Layer.HiddenSize];
        }

        return shapes;
    }

    private static string Published(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
