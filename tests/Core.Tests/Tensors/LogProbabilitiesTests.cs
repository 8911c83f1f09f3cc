using CsCheck;
using LlmEfficiency.Core.Tensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Tensors;

public sealed class LogProbabilitiesTests
{
    [Fact]
    public void Equal_the_formula_in_double_precision() =>
        Gen.Select(Gen.Float[-80, 80].Array[6], Gen.Int[0, 5]).Sample(
            (row, token) =>
            {
                using var scope = NewDisposeScope();
                var logits = tensor(row).view(1, 6);
                var total = row.Select(x => Math.Exp(x - (double)row.Max())).ToArray();
                var logs = row.Select(x => x - row.Max() - Math.Log(total.Sum())).ToArray();
                Assert.Equal(logs[token], LogProbabilities.OfTokens(logits, tensor([(long)token])).item<float>(), 1e-4);
                Assert.Equal(logs[token], LogProbabilities.OfVocabulary(logits)[0, token].item<float>(), 1e-4);
                Assert.Equal(-logs.Sum(x => Math.Exp(x) * x), LogProbabilities.Entropy(logits).item<float>(), 1e-4);
            },
            threads: 1, iter: 100);

    [Fact]
    public void A_forbidden_token_adds_nothing_to_the_entropy()
    {
        using var logits = tensor([0f, float.NegativeInfinity, 0f]);
        using var entropy = LogProbabilities.Entropy(logits);
        Assert.Equal(Math.Log(2), entropy.item<float>(), 1e-6);
    }

    [Fact]
    public void Each_result_is_one_live_tensor()
    {
        using var logits = ones(2, 3, 4, dtype: ScalarType.BFloat16);
        using var tokens = ones(2, 3, dtype: ScalarType.Int64);
        foreach (var make in new Func<Tensor>[]
        {
            () => LogProbabilities.OfTokens(logits, tokens), () => LogProbabilities.OfVocabulary(logits),
            () => LogProbabilities.Entropy(logits),
        })
        {
            Tensor? result = null;
            LiveTensors.AssertLeft(1, () => result = make());
            Assert.Equal(ScalarType.Float32, result!.dtype);
            result.Dispose();
        }
    }
}
