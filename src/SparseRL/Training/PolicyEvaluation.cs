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
/// <param name="reward">The judge: an answer is right if it earns more than half a point.</param>
/// <param name="rollout">Lengths and temperature.</param>
/// <param name="stopTokens">Tokens that end an answer, beside the tokenizer's own.</param>
internal sealed class PolicyEvaluation(
    IDecodeEngine engine,
    ITokenizer tokenizer,
    IPromptSource prompts,
    IReward reward,
    RolloutSettings rollout,
    IReadOnlyList<int> stopTokens)
{
    private const double Right = 0.5;
    private const ulong Seed = 0x6576_616c; // the same answers at every evaluation of every run

    /// <summary>Measures.</summary>
    /// <param name="count">How many prompts.</param>
    /// <param name="samples">How many sampled answers each prompt gets; 0 answers greedily, once.</param>
    /// <param name="cache">What the cache keeps.</param>
    public AccuracyReport Run(int count, int samples, CacheSettings cache)
    {
        var items = Enumerable.Range(0, count).Select(index => prompts.At(index)).ToArray();
        var generator = new AutoregressiveGenerator(engine, tokenizer) { Retention = cache.ToRetention() };
        var answers = Math.Max(samples, 1);
        var right = new double[count];
        var (bytes, kept, seen) = (0L, 0.0, 0.0);
        foreach (var batch in Enumerable.Range(0, count * answers).Chunk(rollout.Batch))
        {
            var outcome = generator.Generate([.. batch.Select(answer => Request(items[answer / answers], samples > 0, (ulong)answer))]);
            var scores = reward.Score([.. batch.Select((answer, row) => new RewardedResponse(
                items[answer / answers], outcome.Results[row].Text, outcome.Results[row].TokenIds, outcome.Results[row].Finish))]);
            for (var row = 0; row < batch.Length; row++)
            {
                right[batch[row] / answers] += scores[row] > Right ? 1 : 0;
                kept += outcome.Report.Retention?.Sequences[row].KeptRatio ?? 1;
                seen++;
            }

            bytes = Math.Max(bytes, outcome.Report.CacheBytes);
        }

        double[] shares = [.. right.Select(value => value / answers)];
        return new AccuracyReport(
            cache.Label, samples, shares.Average(), StandardError.Mean(shares), right.Average(value => value > 0 ? 1.0 : 0.0), kept / seen, bytes);
    }

    private GenerationRequest Request(RlPrompt item, bool isSampled, ulong sequence) => new()
    {
        Prompt = item.Ids,
        MaxTokens = rollout.MaxResponseLength,
        StopTokens = stopTokens,
        Sampling = isSampled ? new SamplingSettings { Temperature = rollout.Temperature, Seed = Seed } : SamplingSettings.Greedy,
        Sequence = sequence,
    };
}
