using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rewards;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Measures a policy on held-out prompts, with the full cache and with compressed ones.</summary>
/// <param name="engine">The policy.</param>
/// <param name="tokenizer">Gives the tokens' bytes.</param>
/// <param name="prompts">Held-out prompts.</param>
/// <param name="scorer">The judge: an answer is right if it earns more than half a point.</param>
/// <param name="rollout">Lengths and temperature.</param>
/// <param name="stopTokens">Tokens that end an answer, beside the tokenizer's own.</param>
internal sealed class PolicyEvaluation(
    IDecodeEngine engine,
    ITokenizer tokenizer,
    IPromptSource prompts,
    RewardScorer scorer,
    RolloutSettings rollout,
    IReadOnlyList<int> stopTokens)
{
    private const double Right = 0.5;
    private const ulong Seed = 0x6576_616c; // the same answers at every evaluation of every run

    /// <summary>Measures.</summary>
    /// <param name="most">At most how many prompts.</param>
    /// <param name="samples">How many sampled answers each prompt gets; 0 answers greedily, once.</param>
    /// <param name="cache">What the cache keeps.</param>
    public AccuracyReport Run(int most, int samples, CacheSettings cache)
    {
        var count = (int)Math.Min(most, prompts.Count);
        var items = Enumerable.Range(0, count).Select(index => prompts[index]).ToArray();
        var generator = new AutoregressiveGenerator(engine, tokenizer) { Retention = cache.ToRetention() };
        var answers = Math.Max(samples, 1);
        var right = new double[count];
        var (bytes, kept, seen) = (0L, 0.0, 0.0);
        foreach (var batch in Enumerable.Range(0, count * answers).Chunk(rollout.Batch))
        {
            var outcome = generator.Generate([.. batch.Select(answer => Request(items[answer / answers], samples > 0, (ulong)answer))]);
            var scores = Score([.. batch.Select((answer, row) => new RewardRequest(
                items[answer / answers], outcome.Results[row].Text, outcome.Results[row].TokenIds, outcome.Results[row].Finish))]);
            for (var row = 0; row < batch.Length; row++)
            {
                right[batch[row] / answers] += scores[row] > Right ? 1 : 0;
            }

            if (outcome.Report.Cache is { } held)
            {
                bytes = Math.Max(bytes, held.AllocatedBytes);
                kept += held.MeanTokens * outcome.Report.GeneratedTokens;
                seen += held.MeanDenseTokens * outcome.Report.GeneratedTokens;
            }
        }

        double[] shares = [.. right.Select(value => value / answers)];
        return new AccuracyReport(
            cache.Label, samples, shares.Average(), StandardError.Mean(shares), right.Average(value => value > 0 ? 1.0 : 0.0), seen > 0 ? kept / seen : 1, bytes);
    }

    // Several caches are measured at a time; an external judge answers one after the other.
    private IReadOnlyList<double> Score(IReadOnlyList<RewardRequest> answers)
    {
        lock (scorer)
        {
            return scorer.Score(answers).Values;
        }
    }

    private GenerationRequest Request(RolloutPrompt item, bool isSampled, ulong sequence) => new()
    {
        Prompt = item.Ids,
        MaxTokens = rollout.MaxResponseLength,
        StopTokens = stopTokens,
        Sampling = isSampled ? new SamplingSettings { Temperature = rollout.Temperature, Seed = Seed } : SamplingSettings.Greedy,
        Sequence = sequence,
    };
}
