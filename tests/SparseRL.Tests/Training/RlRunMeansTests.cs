using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Training;

public sealed class RlRunMeansTests
{
    private static readonly RlRunLabel Label = new("walk", "sparse-rl", "r-kv", 56, 1);

    [Fact]
    public void An_interval_is_Students()
    {
        // 12.706 is the 97.5 % point of Student's distribution of one degree of freedom, 2.776 that of four.
        Assert.Equal(12.706 * Math.Sqrt(0.5) / Math.Sqrt(2), MeanInterval.Of([1, 2]).HalfWidth, 3);
        Assert.Equal(2.776 * Math.Sqrt(2.5) / Math.Sqrt(5), MeanInterval.Of([1, 2, 3, 4, 5]).HalfWidth, 3);
        Assert.Equal(3, MeanInterval.Of([1, 2, 3, 4, 5]).Mean, 12);
        Assert.True(double.IsNaN(MeanInterval.Of([1]).HalfWidth));
    }

    [Fact]
    public void Runs_that_differ_in_their_seed_are_one_line()
    {
        var groups = RlRunMeans.Of(
        [
            Run(Label, 0.5), Run(Label with { Budget = 48 }, 0.1), Run(Label with { Seed = 2 }, 0.7), Run(Label with { Method = "naive" }, 0),
        ]);

        Assert.Equal([(56, 2), (48, 1), (56, 1)], groups.Select(group => (group.Budget, group.Seeds)));
        Assert.Equal(0.6, groups[0].DenseAccuracy.Mean, 12);
        Assert.Equal(RlRunMeans.CsvHeader.Split(',').Length, groups[0].ToCsv().Split(',').Length);
        Assert.StartsWith("walk,sparse-rl,r-kv,56,2,0.6,1.2706,", groups[0].ToCsv(), StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_have_the_names_of_the_tables()
    {
        string[] presets = ["paper", "official-code", "naive", "reject-only", "reweight-only", "bypass"];
        string[] methods = ["sparse-rl", "official", "naive", "reject-only", "reweight-only", "bypass"];
        Assert.Equal(methods, presets.Select(preset => MethodOf(preset, "r-kv")));
        Assert.Equal("dense", MethodOf("naive", "dense"));
        Assert.Equal("sparse-rl", MethodOf(preset: null, "r-kv"));
        Assert.All(ObjectivePresets.All, preset => Assert.NotEmpty(MethodOf(preset.Name, "r-kv")));
    }

    private static string MethodOf(string? preset, string policy) => RlRunLabel.Of(new RlSettings
    {
        Preset = preset,
        Prompts = new() { Task = "permutation-walk" },
        Rollout = new() { Cache = new CacheSettings { Policy = policy } },
    }).Method;

    private static RlRunSummary Run(RlRunLabel label, double accuracy) => new(label, accuracy, accuracy, accuracy, 1000, 0.8, 0.1, 0.01);
}
