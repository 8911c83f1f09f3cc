using CsCheck;
using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Tests.Training;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Optimization;

public sealed class SparsityMaskTests
{
    [Fact]
    public void Marked_slopes_become_zero_and_others_stay_whatever_they_are() => (
        from words in Gen.UShort.Array[1, 20]
        from cut in Gen.Int[0, 15]
        from start in Gen.Int[0, words.Length - 1]
        select (words, cut, start)).Sample(c =>
        {
            var length = ((c.words.Length - c.start) * 16) - c.cut;
            var gradient = Enumerable.Range(0, length).Select(at => at % 7 == 0 ? float.NaN : at + 1f).ToArray();
            var expected = gradient.Select((slope, at) => IsMarked(c.words, (c.start * 16) + at) ? 0 : slope).ToArray();
            var mask = new SparsityMask([.. c.words.Select(word => (short)word)]);
            mask.Apply(gradient, c.start * 16);
            Assert.Equal(expected, gradient);
            Assert.Equal(Enumerable.Range(0, c.words.Length * 16).Count(at => IsMarked(c.words, at)), mask.Count);
        });

    [Fact]
    public void Zeros_of_the_layers_matrices_are_marked_and_no_others()
    {
        var layout = ParameterLayout.Of(TinyModels.Qwen);
        var weights = new float[layout.Length]; // all zero, and so are the gaps
        var mask = SparsityMask.OfZeros(weights, layout);
        foreach (var place in layout.Places)
        {
            var isPrunable = place.Name.EndsWith("_proj.weight", StringComparison.Ordinal);
            var words = mask.Words.Select(word => (ushort)word).ToArray();
            Assert.All(Enumerable.Range((int)place.Offset, (int)place.Count), at => Assert.Equal(isPrunable, IsMarked(words, at)));
        }

        Assert.Equal(layout.Places.Where(place => place.Name.EndsWith("_proj.weight", StringComparison.Ordinal)).Sum(place => place.Count), mask.Count);
        weights.AsSpan().Fill(-1e-38f);
        Assert.Equal(0, SparsityMask.OfZeros(weights, layout).Count);
    }

    [Theory]
    [InlineData("fp32", 1000)]
    [InlineData("bf16", 200)]
    public void A_pattern_of_zeros_survives_every_step_with_weight_decay(string precision, int steps)
    {
        var settings = TrainerRig.Quick with
        {
            Steps = steps,
            TokensPerStep = 32,
            VirtualShards = 1,
            WeightDecay = 0.3,
            Precision = precision,
            PreserveSparsity = true,
        };
        using var rig = new TrainerRig(settings, texts: TrainerRig.Texts[..3]);
        var pattern = Prune(rig);
        rig.Model.KeepZeros();
        Assert.Equal(pattern.Count(isZero => isZero), rig.Model.KeptZeros);
        var before = rig.Weights.ToArray();
        var reports = rig.Run(steps);
        var after = rig.Weights.ToArray();
        for (var at = 0; at < pattern.Length; at++)
        {
            Assert.True(!pattern[at] || after[at] == 0, $"parameter {at} is {after[at]}");
        }

        rig.Model.KeepZeros();
        Assert.Equal(pattern.Count(isZero => isZero), rig.Model.KeptZeros); // and no other one has become zero
        Assert.True(reports[^1].Loss < 0.8 * reports[0].Loss);
        Assert.All(rig.Snapshot()[1..], means => Assert.All(means.Zip(pattern), pair => Assert.True(!pair.Second || pair.First == 0)));
        Assert.Contains(before.Zip(after), pair => pair.First != pair.Second);
    }

    [Fact]
    public void Without_the_setting_the_zeros_are_filled()
    {
        using var rig = new TrainerRig(TrainerRig.Quick);
        var pattern = Prune(rig);
        rig.Run(2);
        var weights = rig.Weights.ToArray();
        Assert.Contains(weights.Zip(pattern), pair => pair.Second && pair.First != 0);
    }

    [Fact]
    public void The_gradient_is_clipped_by_the_length_of_what_is_left()
    {
        var (dense, sparse) = (FirstNorm(isKept: false), FirstNorm(isKept: true));
        Assert.InRange(sparse, 0.1 * dense, 0.999 * dense);
    }

    private static double FirstNorm(bool isKept)
    {
        using var rig = new TrainerRig(TrainerRig.Quick);
        Prune(rig);
        if (isKept)
        {
            rig.Model.KeepZeros();
        }

        return rig.Run(1)[0].GradientNorm;
    }

    // Two of each four neighbours of a row, as 2:4 has them.
    private static bool[] Prune(TrainerRig rig)
    {
        var pattern = new bool[rig.Weights.Length];
        foreach (ParameterPlace place in rig.Model.State.Layout.Places.Where(place => place.Name.EndsWith("_proj.weight", StringComparison.Ordinal)))
        {
            for (var at = 0L; at < place.Count; at++)
            {
                if ((at + (at / 4)) % 4 < 2)
                {
                    pattern[place.Offset + at] = true;
                    rig.Weights[(int)(place.Offset + at)] = 0;
                }
            }
        }

        rig.Model.Refresh();
        return pattern;
    }

    private static bool IsMarked(ushort[] words, int at) => (words[at / 16] >> (at % 16) & 1) != 0;
}
