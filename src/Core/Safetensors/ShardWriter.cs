using System.Text.Encodings.Web;
using System.Text.Json;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>Writes a model's tensors as one safetensors file, or as shards with an index when they are large.</summary>
public static class ShardWriter
{
    /// <summary>The name of a file that holds the whole model.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The name of the index of a model in shards.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    /// <summary>The size from which a model is split, in bytes, unless told otherwise.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private static readonly JsonWriterOptions Indented =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the tensors; the index, if any, comes last.</summary>
    /// <param name="folder">An existing folder.</param>
    /// <param name="tensors">The tensors by name, filled into shards in this order.</param>
    /// <param name="maxShardBytes">The most bytes of a shard; a larger tensor has a shard of its own.</param>
    /// <returns>The names of the files written.</returns>
    /// <exception cref="Errors.LlmEfficiencyException">The disk is full or the folder cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        string folder, IReadOnlyDictionary<string, Tensor> tensors, long maxShardBytes = DefaultShardBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxShardBytes);
        var shards = Split(tensors, maxShardBytes);
        if (shards.Count == 1)
        {
            SafetensorsWriter.Write(Path.Join(folder, SingleFile), tensors);
            return [SingleFile];
        }

        var names = new List<string>();
        for (var i = 0; i < shards.Count; i++)
        {
            names.Add($"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors");
            SafetensorsWriter.Write(Path.Join(folder, names[i]), shards[i]);
        }

        AtomicFile.Write(Path.Join(folder, IndexFile), file => WriteIndex(file, shards, names));
        return [.. names, IndexFile];
    }

    private static List<Dictionary<string, Tensor>> Split(
        IReadOnlyDictionary<string, Tensor> tensors, long maxShardBytes)
    {
        var shards = new List<Dictionary<string, Tensor>> { new() };
        var filled = 0L;
        foreach (var (name, tensor) in tensors)
        {
            var bytes = SafetensorsWriter.BytesOf(tensor);
            if (filled > 0 && bytes > maxShardBytes - filled)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1][name] = tensor;
            filled += bytes;
        }

        return shards;
    }

    private static void WriteIndex(Stream file, List<Dictionary<string, Tensor>> shards, List<string> names)
    {
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", shards.Sum(shard => shard.Values.Sum(SafetensorsWriter.BytesOf)));
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        var rows = shards.SelectMany((shard, i) => shard.Keys.Select(name => (Name: name, Shard: names[i])));
        foreach (var (name, shard) in rows.OrderBy(row => row.Name, StringComparer.Ordinal))
        {
            json.WriteString(name, shard);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
