using LlmEfficiency.Core.Generation;
using LlmEfficiency.SparseRL.Corrections;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Training;

public sealed class LearningBatchTests
{
    [Fact]
    public void An_entry_says_which_token_the_full_cache_finds_least_likely()
    {
        // The second token's ratio is smaller than the third's, but came before anything was evicted: it is 1.
        Assert.Equal((0.25, 2), Least([-1, -1, -1, -1], [-1, -9, -1 + Math.Log(0.25), -2], exactTokens: 2));
        Assert.Equal((0.5, 0), Least([-1, -1], [-1 + Math.Log(0.5), -1], exactTokens: 0));
        Assert.Equal((1, null), Least([], [], exactTokens: 0));
    }

    private static (double Ratio, int? At) Least(double[] sparse, double[] old, int exactTokens)
    {
        var ids = Enumerable.Range(0, old.Length).ToArray();
        var rollout = new Rollout
        {
            Prompt = 0,
            Sample = 0,
            PromptIds = [1],
            ResponseIds = ids,
            LogProbabilities = [.. sparse.Select(value => (float)value)],
            Entropy = 0,
            ExactTokens = exactTokens,
            Text = "",
            Finish = FinishReason.Length,
            Reward = 0,
        };
        var ratios = new SequenceLogProbabilities([.. sparse.Select(value => (float)value)], [.. old.Select(value => (float)value)], exactTokens: exactTokens);
        var corrected = new CorrectedSequence(new double[old.Length], new bool[old.Length], isRejected: true);
        var entry = Assert.Single(new LearningBatch([rollout], [ratios], new([corrected], new CorrectionCounts(1, 1, 0, 1, old.Length, old.Length, 0, 1)), [0.5]).Entries(7));
        Assert.Equal((7, true, 0.5), (entry.Iteration, entry.IsRejected, entry.Advantage));
        return (Math.Round(entry.MinRatio, 6), entry.MinRatioAt);
    }
}
