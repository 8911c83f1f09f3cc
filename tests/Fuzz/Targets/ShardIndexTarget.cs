using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Indexes of sharded models; an accepted one names no file outside the folder.</summary>
public static class ShardIndexTarget
{
    /// <summary>Makes the target.</summary>
    public static FuzzTarget Make() => new(
        "safetensors-index",
        20_000,
        [
            """{"metadata":{"total_size":16},"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"""u8
                .ToArray(),
            """{"weight_map":{}}"""u8.ToArray(),
        ],
        Read,
        ["../", "/etc/passwd", "..", "\\u002e\\u002e\\u002f", "\\\\", "C:", "\"weight_map\":", "null", "{", "}", "\\ud800", "\\u0000"]);

    private static void Read(byte[] input)
    {
        using var file = MappedFile.FromBytes(ShardWriter.IndexFile, input);
        foreach (var shard in ShardIndex.Read(file).Shards.Values)
        {
            if (Path.GetFileName(shard) != shard || shard is ".." or ".")
            {
                throw new InvalidOperationException($"the index reaches outside its folder: {shard}");
            }
        }
    }
}
