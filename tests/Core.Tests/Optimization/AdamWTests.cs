using CsCheck;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Tests.Kernels;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Optimization;

public sealed class AdamWTests
{
    private const int Steps = 20;

    private static readonly Gen<(int Count, bool Decays, double Scale, int Seed)> Cases =
        Gen.Select(Gen.Int[1, 60], Gen.Bool, Gen.Double[0.01, 1], Gen.Int[0, 9999]);

    [Fact]
    public void Steps_equal_those_in_double_precision() => Cases.Sample(
        c =>
        {
            var random = new Random(c.Seed);
            var run = new Run(RandomRows.Make(random, c.Count));
            var twin = new PlainAdamW(run.Weights);
            for (var number = 1; number <= Steps; number++)
            {
                var (gradient, step) = (Singles(RandomRows.Make(random, c.Count, 3)), Step(number, c.Scale));
                run.Make(gradient, step, c.Decays);
                twin.Make(gradient, step, c.Decays);
            }

            AssertNear(twin.Weights, run.Weights);
        },
        iter: 60);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Steps_equal_those_of_libtorch(bool decays)
    {
        var random = new Random(5);
        var run = new Run(RandomRows.Make(random, 53));
        using var parameter = new TorchSharp.Modules.Parameter(tensor(run.Weights.ToArray()));
        var step = Step(1, scale: 1);
        using var optimizer = optim.AdamW(
            [parameter], step.LearningRate, step.Beta1, step.Beta2, step.Epsilon, decays ? step.WeightDecay : 0);
        for (var number = 1; number <= Steps; number++)
        {
            var gradient = Singles(RandomRows.Make(random, 53, 3));
            run.Make(gradient, step with { Number = number }, decays);
            parameter.grad = tensor(gradient);
            optimizer.step();
        }

        AssertNear([.. parameter.detach().data<float>().Select(value => (double)value)], run.Weights);
    }

    [Fact]
    public void A_step_does_not_depend_on_where_a_stretch_is_cut()
    {
        var random = new Random(7);
        var start = RandomRows.Make(random, 100);
        var gradient = Singles(RandomRows.Make(random, 100));
        var (whole, cut) = (new Run(start), new Run(start));
        whole.Make(gradient, Step(1, 1), decays: true);
        foreach (var (from, count) in new[] { (0, 7), (7, 16), (23, 77) })
        {
            AdamW.Update(
                cut.Weights.AsSpan(from, count), gradient.AsSpan(from, count), cut.First.AsSpan(from, count),
                cut.Second.AsSpan(from, count), Step(1, 1), decays: true);
        }

        Assert.Equal(whole.Weights, cut.Weights);
        Assert.Equal(whole.Second, cut.Second);
    }

    private static AdamWStep Step(long number, double scale) => new(number, 0.01 / number, 0.9, 0.95, 1e-8, 0.1, scale);

    private static float[] Singles(double[] values) => [.. values.Select(value => (float)value)];

    private static void AssertNear(double[] expected, float[] actual)
    {
        for (var at = 0; at < expected.Length; at++)
        {
            Assert.Equal(expected[at], actual[at], 3e-6);
        }
    }

    private sealed class Run(double[] start)
    {
        public float[] Weights { get; } = Singles(start);

        public float[] First { get; } = new float[start.Length];

        public float[] Second { get; } = new float[start.Length];

        public void Make(float[] gradient, AdamWStep step, bool decays) => AdamW.Update(Weights, gradient, First, Second, step, decays);
    }

    // Loshchilov, Hutter, algorithm 2, number by number.
    private sealed class PlainAdamW(float[] start)
    {
        private readonly double[] _first = new double[start.Length];
        private readonly double[] _second = new double[start.Length];

        public double[] Weights { get; } = [.. start.Select(value => (double)value)];

        public void Make(float[] gradient, AdamWStep step, bool decays)
        {
            for (var at = 0; at < gradient.Length; at++)
            {
                var slope = gradient[at] * step.GradientScale;
                _first[at] = (step.Beta1 * _first[at]) + ((1 - step.Beta1) * slope);
                _second[at] = (step.Beta2 * _second[at]) + ((1 - step.Beta2) * slope * slope);
                var mean = _first[at] / (1 - Math.Pow(step.Beta1, step.Number));
                var square = _second[at] / (1 - Math.Pow(step.Beta2, step.Number));
                var pull = decays ? step.WeightDecay * Weights[at] : 0;
                Weights[at] -= step.LearningRate * ((mean / (Math.Sqrt(square) + step.Epsilon)) + pull);
            }
        }
    }
}
