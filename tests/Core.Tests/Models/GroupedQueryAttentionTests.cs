using CsCheck;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class GroupedQueryAttentionTests
{
    private static readonly Gen<int[]> Sizes = // batch, seq, kvHeads, group, headDim, cached
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[1, 4], Gen.Int[1, 9], Gen.Int[0, 4])
            .Select((batch, seq, kvHeads, group, headDim, cached) => new[] { batch, seq, kvHeads, group, headDim, cached });

    [Fact]
    public void Equals_attention_over_repeated_heads() =>
        Sizes.Sample(
            s =>
            {
                using var scope = NewDisposeScope();
                using var generator = new Generator(3);
                var (batch, seq, heads, total) = (s[0], s[1], s[2] * s[3], s[1] + s[5]);
                var queries = randn([batch, seq, heads, s[4]], generator: generator);
                var keys = randn([batch, s[2], total + 2, s[4]], generator: generator).narrow(2, 0, total);
                var values = randn([batch, s[2], total + 2, s[4]], generator: generator).narrow(2, 0, total);
                var mask = rand([batch, 1, seq, total], generator: generator).lt(0.5).logical_or(AttentionMasks.Causal(seq, total, CPU));
                foreach (var visibility in new[] { Visibility.Everything, Visibility.Of(mask), Visibility.Of(mask.narrow(0, 0, 1)) })
                {
                    var probabilities = GroupedQueryAttention.Probabilities(queries, keys, visibility);
                    var repeated = values.repeat_interleave(s[3], 1).reshape(batch * heads, total, s[4]);
                    var expected = probabilities.view(batch * heads, seq, total).bmm(repeated)
                        .view(batch, heads, seq, s[4]).transpose(1, 2).reshape(batch, seq, -1);
                    var found = GroupedQueryAttention.Attend(queries, keys, values, visibility);
                    Assert.True(found.allclose(expected, 1e-5, 1e-5));
                }
            },
            iter: 60, threads: 1);

    [Fact]
    public void Causal_attention_equals_attention_with_a_causal_mask()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var (queries, keys) = (randn([2, 7, 4, 6], generator: generator), randn([2, 2, 7, 6], generator: generator));
        var masked = GroupedQueryAttention.Attend(queries, keys, keys, Visibility.Of(AttentionMasks.Causal(7, 7, CPU)));
        var causal = GroupedQueryAttention.Attend(queries, keys, keys, Visibility.Causal);
        Assert.True(causal.allclose(masked, 1e-5, 1e-5));
        Assert.True(GroupedQueryAttention.Probabilities(queries, keys, Visibility.Causal).triu(1).eq(0).all().item<bool>());
    }

    [Fact]
    public void Leaves_one_tensor_alive()
    {
        using var queries = ones(2, 3, 4, 6);
        using var keys = ones(2, 2, 3, 6);
        Tensor? result = null;
        LiveTensors.AssertLeft(1, () => result = GroupedQueryAttention.Attend(queries, keys, keys, Visibility.Causal));
        result!.Dispose();
        LiveTensors.AssertLeft(1, () => result = GroupedQueryAttention.Probabilities(queries, keys, Visibility.Causal));
        result!.Dispose();
    }
}
