using System.Runtime.InteropServices;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Gguf;

/// <summary>
/// A model in one GGUF file, version 2 or 3. Unquantised tensors lie in the mapping, quantised ones are read as
/// float32; the
/// rows of Llama's query and key projections come back in Hugging Face's order.
/// </summary>
public sealed class GgufFile : IWeightSource
{
    private const int ChunkElements = 1 << 20; // a multiple of every block

    private readonly MappedFile _file;
    private readonly Dictionary<string, GgufTensorInfo> _infos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WeightEntry> _entries = new(StringComparer.Ordinal);
    private readonly long _queryHeads;
    private readonly long _keyHeads;
    private readonly bool _isInterleaved;

    private GgufFile(MappedFile file)
    {
        _file = file;
        var directory = GgufDirectory.Read(file);
        Metadata = directory.Metadata;
        Architecture = Metadata.Text("general.architecture")
            ?? throw Metadata.Broken("general.architecture", "is missing");
        foreach (var info in directory.Tensors)
        {
            var name = GgufNames.ToHuggingFace(info.Name);
            if (!_infos.TryAdd(name, info))
            {
                throw new MalformedFileException(file.Name, info.Offset, $"two tensors are called '{name}'");
            }

            _entries.Add(name, new WeightEntry(name, info.Shape, info.Encoding.Type, info.Encoding.Name, info.Bytes));
        }

        _isInterleaved = Architecture == "llama";
        _queryHeads = Metadata.WholeNumber($"{Architecture}.attention.head_count") ?? 0;
        _keyHeads = Metadata.WholeNumber($"{Architecture}.attention.head_count_kv") ?? _queryHeads;
    }

    /// <summary>Gets the key/value pairs of the file.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>Gets the family as GGUF names it (<c>llama</c>, <c>qwen2</c>).</summary>
    public string Architecture { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries => _entries;

    /// <summary>Maps a file and reads everything in front of its tensors.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// The file cannot be read, breaks the format, or has an unsupported encoding.
    /// </exception>
    public static GgufFile Open(string path) => Open(MappedFile.Open(path));

    /// <summary>
    /// Reads a mapped file, which belongs to the result and is closed with it (or at once, on an error).
    /// </summary>
    /// <exception cref="LlmEfficiencyException">The file breaks the format or has an unsupported encoding.</exception>
    public static GgufFile Open(MappedFile file)
    {
        try
        {
            return new GgufFile(file);
        }
        catch (LlmEfficiencyException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Returns the sizes and constants of the model.</summary>
    /// <exception cref="LlmEfficiencyException">The family is not supported or a number cannot be.</exception>
    public TransformerConfig ReadConfig() => GgufModelConfig.Read(this);

    /// <summary>Returns the tokenizer's data.</summary>
    /// <exception cref="LlmEfficiencyException">The file has none, or its parts do not fit together.</exception>
    public GgufVocabulary ReadVocabulary() => GgufVocabularyReader.Read(_file.Name, Metadata);

    /// <summary>Returns the Jinja source of the chat template; null if the file has none.</summary>
    public string? ReadChatTemplate() => Metadata.Text("tokenizer.chat_template");

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        using var scope = NewDisposeScope();
        var info = _infos[name];
        var stored = info.Encoding.Decode is { } decode
            ? Dequantize(info, decode)
            : TorchInterop.FromMemory(_file.AddressOf(info.Offset, info.Bytes), info.Shape, info.Encoding.Type);
        var (isQuery, isKey) = _isInterleaved ? GgufNames.Rotated(name) : default;
        if (!isQuery && !isKey)
        {
            return stored.MoveToOuterDisposeScope();
        }

        var heads = isQuery ? _queryHeads : _keyHeads;
        if (heads <= 0 || info.Shape[0] % heads != 0 || info.Shape[0] / heads % 2 != 0)
        {
            throw new MalformedFileException(
                _file.Name, info.Offset, $"tensor '{info.Name}' has {info.Shape[0]} rows, which {heads} heads cannot "
                + "share in even parts");
        }

        return RotaryRows.ToHalves(stored, heads).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Tensor Dequantize(GgufTensorInfo info, BlockDecoder decode)
    {
        using var scope = NewDisposeScope();
        var values = empty(info.Shape, ScalarType.Float32, device: CPU);
        var flat = values.view(-1);
        var count = flat.shape[0];
        var chunks = (int)((count + ChunkElements - 1) / ChunkElements);
        Parallel.For(0, chunks, chunk =>
        {
            var first = (long)chunk * ChunkElements;
            var length = (int)Math.Min(ChunkElements, count - first);
            using var part = flat.narrow(0, first, length);
            var offset = info.Offset + (first / info.Encoding.BlockElements * info.Encoding.BlockBytes);
            var bytes = length / info.Encoding.BlockElements * info.Encoding.BlockBytes;
            decode(_file.Slice(offset, bytes), MemoryMarshal.Cast<byte, float>(part.bytes));
        });
        return values.MoveToOuterDisposeScope();
    }
}
