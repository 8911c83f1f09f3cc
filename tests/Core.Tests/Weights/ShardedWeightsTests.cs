using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tests.Safetensors;
using LlmEfficiency.Core.Weights;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Weights;

public sealed class ShardedWeightsTests
{
    [Fact]
    public void Reads_what_was_written_in_shards_no_larger_than_told()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var tensors = Enumerable.Range(0, 5).ToDictionary(i => $"t{i}", i => full(4, (float)i)); // 16 bytes each
        var names = ShardWriter.Write(folder.FullPath, tensors, maxShardBytes: 32);
        using var weights = ShardedWeights.Open(folder.File(ShardWriter.IndexFile), SafetensorsFile.Open);

        Assert.Equal(4, names.Count);
        Assert.Equal("model-00003-of-00003.safetensors", names[2]);
        Assert.Equal(tensors.Keys.Order(), weights.Entries.Keys.Order());
        Assert.All(tensors, pair => Assert.Equal(pair.Value.bytes.ToArray(), weights.Read(pair.Key).bytes.ToArray()));
    }

    [Fact]
    public void Names_a_shard_that_is_missing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(ShardWriter.IndexFile), """{"weight_map":{"a":"gone.safetensors"}}""");
        var problem = Assert.Throws<LlmEfficiencyException>(() => ShardedWeights.Open(folder.File(ShardWriter.IndexFile), SafetensorsFile.Open));
        Assert.Contains("gone.safetensors with 'a'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_a_tensor_that_its_shard_lacks()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(ShardWriter.IndexFile), """{"weight_map":{"a":"one.safetensors"}}""");
        File.WriteAllBytes(folder.File("one.safetensors"), SafetensorsBytes.Make("{}"));
        var problem = Assert.Throws<LlmEfficiencyException>(() => ShardedWeights.Open(folder.File(ShardWriter.IndexFile), SafetensorsFile.Open));
        Assert.Contains("'a' is not in one.safetensors", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("x\\\\y")]
    [InlineData("C:a")]
    [InlineData("")]
    [InlineData("a\\u0000")]
    public void Refuses_a_shard_outside_the_folder(string shard)
    {
        using var file = MappedFile.FromBytes("i", Encoding.UTF8.GetBytes($$"""{"weight_map":{"a":"{{shard}}"} }"""));
        Assert.Contains("plain file name", Assert.Throws<LlmEfficiencyException>(() => ShardIndex.Read(file)).Message, StringComparison.Ordinal);
    }
}
