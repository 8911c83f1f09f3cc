using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Tests.Kernels;
using Xunit;

namespace LlmEfficiency.Core.Tests.Optimization;

public sealed class ParameterUpdateTests
{
    // Three stretches; the border between matrices and norms lies within one.
    private static readonly ParameterLayout Layout = new(new Dictionary<string, IReadOnlyList<long>>
    {
        ["norm"] = [70_003],
        ["matrix"] = [300, 333],
    });

    private static readonly int[] ThreadCounts = [1, 2, 3, 5];

    private static readonly float[] Gradient = [.. RandomRows.Make(new Random(3), (int)Layout.Length, 2).Select(value => (float)value)];

    [Fact]
    public void The_norm_is_that_of_a_plain_loop_and_the_same_bits_for_any_number_of_threads()
    {
        var norms = ThreadCounts.Select(count => With(count, (update, _) => update.Norm(Gradient))).ToArray();
        var expected = Math.Sqrt(Gradient.Sum(value => (double)value * value));
        Assert.Equal(expected, norms[0], 1e-9 * expected);
        Assert.Single(norms.Distinct());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void One_number_that_is_not_finite_shows_in_the_norm(float value)
    {
        foreach (var place in new[] { 0, 65_535, (int)Layout.Length - 1 })
        {
            float[] gradient = [.. Gradient];
            gradient[place] = value;
            Assert.False(double.IsFinite(With(2, (update, _) => update.Norm(gradient))));
        }
    }

    [Theory]
    [InlineData(3, 2.0, 0.66666666666666663)]
    [InlineData(2, 2.0, 1)]
    [InlineData(0, 2.0, 1)]
    [InlineData(1e9, null, 1)]
    public void A_gradient_that_is_too_long_is_cut_to_the_limit(double norm, double? limit, double factor) =>
        Assert.Equal(factor, GradientNorm.ClipFactor(norm, limit));

    [Fact]
    public void A_step_decays_matrices_only_and_is_the_same_for_any_number_of_threads()
    {
        var step = new AdamWStep(1, 0.01, 0.9, 0.95, 1e-8, 0.5, 0.25);
        var start = Start();
        var (expected, first, second) = (start.ToArray(), new float[start.Length], new float[start.Length]);
        var border = (int)Layout.DecayedLength;
        AdamW.Update(
            expected.AsSpan(0, border), Gradient.AsSpan(0, border), first.AsSpan(0, border), second.AsSpan(0, border), step, decays: true);
        AdamW.Update(
            expected.AsSpan(border), Gradient.AsSpan(border), first.AsSpan(border), second.AsSpan(border), step, decays: false);
        foreach (var count in ThreadCounts)
        {
            var (weights, told) = With(count, (update, state) =>
            {
                var seen = new int[start.Length];
                update.Apply(Gradient, step, (from, length) =>
                {
                    for (var at = from; at < from + length; at++)
                    {
                        Interlocked.Increment(ref seen[at]);
                    }
                });
                return (state.Weights.Slice(0, start.Length).ToArray(), seen);
            });
            Assert.Equal(expected, weights);
            Assert.All(told, times => Assert.Equal(1, times));
        }
    }

    private static float[] Start() => [.. RandomRows.Make(new Random(9), (int)Layout.Length).Select(value => (float)value)];

    private static TResult With<TResult>(int count, Func<ParameterUpdate, ParameterState, TResult> use)
    {
        using var threads = new WorkerThreads(count);
        using var state = new ParameterState(Layout);
        Start().CopyTo(state.Weights.Slice(0, Layout.Length));
        return use(new ParameterUpdate(threads, state), state);
    }
}
