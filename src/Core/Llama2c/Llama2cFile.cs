using System.Globalization;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Llama2c;

/// <summary>
/// A float32 model in the first file format of llama2.c (export version 0): seven integers, then all layers of one kind
/// of matrix
/// after all layers of the one before. Query and key rows come back in Hugging Face's order.
/// </summary>
public sealed class Llama2cFile : IWeightSource
{
    private readonly MappedFile _file;
    private readonly Llama2cHeader _header;
    private readonly Dictionary<string, WeightEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _offsets = new(StringComparer.Ordinal);

    private Llama2cFile(MappedFile file)
    {
        _file = file;
        _header = Llama2cHeader.Read(file);
        var end = Place();
        if (end != file.Length)
        {
            throw new MalformedFileException(
                file.Name, 0, $"a model of these sizes takes {end} bytes, the file has {file.Length}");
        }

        Config = new TransformerConfig
        {
            VocabularySize = _header.Vocabulary,
            HiddenSize = _header.Hidden,
            InnerSize = _header.Inner,
            LayerCount = _header.Layers,
            HeadCount = _header.Heads,
            KeyValueHeadCount = _header.KeyValueHeads,
            HeadDim = _header.HeadDim,
            ContextLength = _header.Context,
            NormEpsilon = 1e-5,
            TiesEmbeddings = _header.IsTied,
            BeginOfSequence = 1,
            EndOfSequence = [1, 2], // the training texts are separated by 1, the chat models end with 2
        };
    }

    /// <summary>Gets the sizes from the header; the constants are those of llama2.c.</summary>
    public TransformerConfig Config { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries => _entries;

    /// <summary>Maps a file and checks that its length is what its header asks for.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read or breaks the format.</exception>
    public static Llama2cFile Open(string path) => Open(MappedFile.Open(path));

    /// <summary>
    /// Reads a mapped file, which belongs to the result and is closed with it (or at once, on an error).
    /// </summary>
    /// <exception cref="LlmEfficiencyException">The file breaks the format.</exception>
    public static Llama2cFile Open(MappedFile file)
    {
        try
        {
            return new Llama2cFile(file);
        }
        catch (LlmEfficiencyException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        using var scope = NewDisposeScope();
        var entry = _entries[name];
        var stored = TorchInterop.FromMemory(
            _file.AddressOf(_offsets[name], entry.StoredBytes), [.. entry.Shape], ScalarType.Float32);
        var heads = name.Contains(".q_proj.", StringComparison.Ordinal) ? _header.Heads
            : name.Contains(".k_proj.", StringComparison.Ordinal) ? _header.KeyValueHeads : 0;
        return (heads == 0 ? stored : RotaryRows.ToHalves(stored, heads)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // Fills the tables and returns where the file must end; Add refuses a layer count that the file has no room for.
    private long Place()
    {
        var (hidden, inner, keyValues) = (
            (long)_header.Hidden, (long)_header.Inner, (long)_header.KeyValueHeads * _header.HeadDim);
        var at = Add("model.embed_tokens.weight", Llama2cHeader.Bytes, _header.Vocabulary, hidden);
        at = AddLayers("input_layernorm", at, hidden);
        at = AddLayers("self_attn.q_proj", at, hidden, hidden);
        at = AddLayers("self_attn.k_proj", at, keyValues, hidden);
        at = AddLayers("self_attn.v_proj", at, keyValues, hidden);
        at = AddLayers("self_attn.o_proj", at, hidden, hidden);
        at = AddLayers("post_attention_layernorm", at, hidden);
        at = AddLayers("mlp.gate_proj", at, inner, hidden);
        at = AddLayers("mlp.down_proj", at, hidden, inner);
        at = AddLayers("mlp.up_proj", at, inner, hidden);
        at = Add("model.norm.weight", at, hidden);
        // cosines and sines, which the model computes itself
        at += sizeof(float) * (long)_header.Context * _header.HeadDim;
        return _header.IsTied ? at : Add("lm_head.weight", at, _header.Vocabulary, hidden);
    }

    private long AddLayers(string part, long at, params long[] shape)
    {
        for (var layer = 0; layer < _header.Layers; layer++)
        {
            at = Add(string.Create(CultureInfo.InvariantCulture, $"model.layers.{layer}.{part}.weight"), at, shape);
        }

        return at;
    }

    private long Add(string name, long at, params long[] shape)
    {
        var bytes = sizeof(float) * shape.Aggregate(1L, (product, size) => product * size); // at most 2^58
        _file.AddressOf(at, bytes); // refuses what reaches outside the file
        _entries.Add(name, new WeightEntry(name, shape, ScalarType.Float32, "F32", bytes));
        _offsets.Add(name, at);
        return at + bytes;
    }
}
