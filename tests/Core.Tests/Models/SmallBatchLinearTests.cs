using System.Runtime.InteropServices;
using CsCheck;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Models;

public sealed class SmallBatchLinearTests
{
    private static readonly bool IsKnownToWork =
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    [Fact]
    public void Equals_the_default_linear_map() =>
        Gen.Select(Gen.Int[1, 8], Gen.Int[1, 40], Gen.Int[1, 40], Gen.Bool, Gen.ULong[1, 100]).Sample(
            (vectors, inputs, outputs, hasBias, seed) =>
            {
                using var scope = NewDisposeScope();
                using var quiet = no_grad();
                using var generator = new Generator(seed);
                var input = randn([1, inputs, vectors], generator: generator).transpose(1, 2);      // not contiguous
                var (weight, bias) = (randn([outputs, inputs], generator: generator), randn([outputs], generator: generator));
                var found = SmallBatchLinear.TryApply(input, weight, hasBias ? bias : null);
                var expected = nn.functional.linear(input, weight, hasBias ? bias : null);
                Assert.True(found is not null || !IsKnownToWork);
                Assert.True(found is null || found.allclose(expected, 1e-5, 1e-5));
                Assert.True(found is null || found.shape.SequenceEqual(expected.shape));
            },
            iter: 60, threads: 1);

    [Fact]
    public void Leaves_training_other_types_and_large_batches_to_the_default()
    {
        using var scope = NewDisposeScope();
        var weight = ones(3, 4);
        Assert.Null(SmallBatchLinear.TryApply(ones(1, 4), weight, null));
        using var quiet = no_grad();
        Assert.Null(SmallBatchLinear.TryApply(ones(9, 4), weight, null));
        Assert.Null(SmallBatchLinear.TryApply(ones(1, 4, dtype: ScalarType.BFloat16), weight.to(ScalarType.BFloat16), null));
    }

    [Fact]
    public void Leaves_at_most_one_tensor_alive()
    {
        using var quiet = no_grad();
        using var input = ones(1, 4);
        using var weight = ones(3, 4);
        LiveTensors.AssertLeft(0, () => SmallBatchLinear.TryApply(input, weight, null)?.Dispose());
    }
}
