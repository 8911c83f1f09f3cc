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
        var shards = Split(tensors.Select(pair => TensorRow.Of(pair.Key, pair.Value)), maxShardBytes);
        foreach (var (name, rows) in shards)
        {
            SafetensorsWriter.Write(Path.Join(folder, name), rows.ToDictionary(row => row.Name, row => tensors[row.Name]));
        }

        return [.. shards.Select(shard => shard.File), .. WriteIndex(folder, shards)];
    }

    /// <summary>Divides tensors among files, in their order.</summary>
    internal static IReadOnlyList<(string File, IReadOnlyList<TensorRow> Rows)> Split(IEnumerable<TensorRow> tensors, long maxShardBytes)
    {
        var shards = new List<List<TensorRow>> { new() };
        var filled = 0L;
        foreach (var row in tensors)
        {
            if (filled > 0 && row.Bytes > maxShardBytes - filled)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(row);
            filled += row.Bytes;
        }

        return shards.Count == 1
            ? [(SingleFile, shards[0])]
            : [.. shards.Select((rows, i) => ($"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors", (IReadOnlyList<TensorRow>)rows))];
    }

    /// <summary>Writes the index of several files and returns its name; one file needs none.</summary>
    internal static IEnumerable<string> WriteIndex(string folder, IReadOnlyList<(string File, IReadOnlyList<TensorRow> Rows)> shards)
    {
        if (shards.Count == 1)
        {
            return [];
        }

        AtomicFile.Write(Path.Join(folder, IndexFile), file => WriteIndex(file, shards));
        return [IndexFile];
    }

    private static void WriteIndex(Stream file, IReadOnlyList<(string File, IReadOnlyList<TensorRow> Rows)> shards)
    {
        using var json = new Utf8JsonWriter(file, Indented);
        json.WriteStartObject();
        json.WriteStartObject("metadata");
        json.WriteNumber("total_size", shards.Sum(shard => shard.Rows.Sum(row => row.Bytes)));
        json.WriteEndObject();
        json.WriteStartObject("weight_map");
        var rows = shards.SelectMany(shard => shard.Rows.Select(row => (row.Name, shard.File)));
        foreach (var (name, shard) in rows.OrderBy(row => row.Name, StringComparer.Ordinal))
        {
            json.WriteString(name, shard);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
