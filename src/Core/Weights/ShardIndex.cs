using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Weights;

/// <summary>Which file of a folder holds which tensor: <c>model.safetensors.index.json</c> and its like.</summary>
public sealed class ShardIndex
{
    private const int MaxBytes = 100_000_000;

    private ShardIndex(IReadOnlyDictionary<string, string> shards) => Shards = shards;

    /// <summary>Gets the file name of each tensor's shard, by the tensor's name.</summary>
    public IReadOnlyDictionary<string, string> Shards { get; }

    /// <summary>Reads an index.</summary>
    /// <param name="file">The index; the caller disposes it.</param>
    /// <exception cref="MalformedFileException">It is no JSON object.</exception>
    /// <exception cref="LlmEfficiencyException">It has no weight map, or a shard lies outside the folder.</exception>
    public static ShardIndex Read(MappedFile file)
    {
        using var json = StrictJson.Parse(file, MaxBytes);
        if (!json.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
        {
            throw Refuse(file, "has no object weight_map");
        }

        var shards = new Dictionary<string, string>();
        foreach (var pair in map.EnumerateObject())
        {
            shards[pair.Name] = pair.Value.ValueKind == JsonValueKind.String && IsPlain(pair.Value.GetString()!)
                ? pair.Value.GetString()!
                : throw Refuse(
                    file, $"puts '{pair.Name}' into {pair.Value.GetRawText()}: a plain file name is allowed, no path");
        }

        return new ShardIndex(shards);
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and < 256 && name is not ("." or "..") && name.AsSpan().IndexOfAny("/\\:") < 0
        && !name.Any(char.IsControl);

    private static LlmEfficiencyException Refuse(MappedFile file, string problem) =>
        new(ErrorKind.Input, $"{file.Name}: {problem}");
}
