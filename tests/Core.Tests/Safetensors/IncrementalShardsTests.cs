using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Safetensors;

public sealed class IncrementalShardsTests
{
    [Theory]
    [InlineData(1_000_000)]
    [InlineData(200)]
    [InlineData(1)]
    public void Writes_in_any_order_what_the_writer_writes(long maxShardBytes)
    {
        using var scope = NewDisposeScope();
        using TemporaryFolder whole = new(), streamed = new();
        var tensors = Enumerable.Range(0, 12).ToDictionary(
            i => $"layers.{i}", i => arange(i * 7).to(i % 3 == 0 ? ScalarType.BFloat16 : ScalarType.Float32));
        ShardWriter.Write(whole.FullPath, tensors, maxShardBytes);
        using (var stream = new IncrementalShards(
            streamed.FullPath, tensors.Select(pair => new TensorRow(pair.Key, pair.Value.dtype, pair.Value.shape)), maxShardBytes))
        {
            foreach (var (name, tensor) in tensors.Reverse())
            {
                stream.Write(name, tensor);
            }

            stream.Finish();
        }

        string[] names = [.. Directory.EnumerateFiles(whole.FullPath).Select(path => Path.GetFileName(path)!).Order()];
        Assert.Equal(names, Directory.EnumerateFiles(streamed.FullPath).Select(path => Path.GetFileName(path)!).Order());
        Assert.All(names, name => Assert.Equal(File.ReadAllBytes(whole.File(name)), File.ReadAllBytes(streamed.File(name))));
    }

    [Fact]
    public void Refuses_what_was_not_announced_comes_twice_or_does_not_come()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var stream = new IncrementalShards(folder.FullPath, [new TensorRow("a", ScalarType.Float32, [2]), new TensorRow("b", ScalarType.Float32, [1])]);
        stream.Write("a", ones(2));
        Assert.Throws<ArgumentException>(() => stream.Write("a", ones(2)));
        Assert.Throws<ArgumentException>(() => stream.Write("c", ones(2)));
        Assert.Throws<InvalidOperationException>(stream.Finish);
        Assert.Throws<ArgumentException>(() => stream.Write("b", ones(2)));
    }
}
