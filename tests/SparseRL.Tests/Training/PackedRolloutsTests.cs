using CsCheck;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Training;

public sealed class PackedRolloutsTests
{
    private static readonly Gen<(Rollout[] Rollouts, int Capacity, int Stretch)> Cases =
        from lengths in Gen.Select(Gen.Int[1, 6], Gen.Int[1, 9]).Array[1, 12]
        from capacity in Gen.Int[15, 60]
        from stretch in Gen.Int[1, 20]
        select (lengths.Select((length, index) => Rollout(index, length.Item1, length.Item2)).ToArray(), capacity, stretch);

    [Fact]
    public void Every_response_token_is_a_target_once_behind_its_own_prompt() => Cases.Sample(
        c =>
        {
            var packed = new PackedRollouts(c.Rollouts, c.Capacity);
            Assert.All(packed.Shards, shard => Assert.InRange(shard.Tokens.Length, 1, c.Capacity));
            Assert.Equal(c.Rollouts.SelectMany(rollout => rollout.PromptIds.Concat(rollout.ResponseIds)), packed.Shards.SelectMany(shard => shard.Tokens));
            Assert.Equal(
                c.Rollouts.SelectMany(rollout => rollout.ResponseIds),
                packed.Shards.SelectMany(shard => shard.Tokens.Where((_, token) => shard.Targets[token])));
            Assert.Equal(
                c.Rollouts.Select(rollout => rollout.PromptIds.Count + rollout.ResponseIds.Count), packed.Shards.SelectMany(shard => shard.Lengths));
        },
        iter: 200);

    [Fact]
    public void Stretches_of_a_shard_reach_the_responses_they_are_of() => Cases.Sample(
        c =>
        {
            var packed = new PackedRollouts(c.Rollouts, c.Capacity);
            var seen = c.Rollouts.Select(rollout => new float[rollout.ResponseIds.Count]).ToArray();
            for (var shard = 0; shard < packed.Shards.Count; shard++)
            {
                // A token's log-probability is its id here, and its slope twice that.
                var ids = packed.Shards[shard].Tokens.Where((_, token) => packed.Shards[shard].Targets[token]).Select(id => (float)id).ToArray();
                var objective = packed.Objective(shard, (response, first, values, slopes) =>
                {
                    values.CopyTo(seen[response].AsSpan(first));
                    for (var i = 0; i < values.Length; i++)
                    {
                        slopes[i] = 2 * values[i];
                    }

                    return values.Length;
                });
                for (var first = 0; first < ids.Length; first += c.Stretch)
                {
                    var part = ids.AsSpan(first, Math.Min(c.Stretch, ids.Length - first));
                    var slopes = new float[part.Length];
                    Assert.Equal(part.Length, objective(first, part, slopes));
                    Assert.Equal(part.ToArray().Select(value => 2 * value), slopes);
                }
            }

            Assert.Equal(c.Rollouts.Select(rollout => rollout.ResponseIds.Select(id => (float)id)), seen);
        },
        iter: 200);

    private static Rollout Rollout(int index, int prompt, int response) => new()
    {
        Prompt = index,
        Sample = 0,
        PromptIds = [.. Enumerable.Range(0, prompt).Select(token => (index * 100) + token)],
        ResponseIds = [.. Enumerable.Range(50, response).Select(token => (index * 100) + token)],
        LogProbabilities = new float[response],
        Entropy = 0,
        ExactTokens = response,
        Text = string.Empty,
        Finish = FinishReason.StopToken,
    };
}
