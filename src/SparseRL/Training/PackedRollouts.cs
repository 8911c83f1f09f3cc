using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Responses behind their prompts, packed into shards without padding; only response tokens are targets.</summary>
/// <remarks>Shards are filled in the order of the responses, so that the same responses give the same shards.</remarks>
internal sealed class PackedRollouts
{
    private readonly List<PackedShard> _shards = [];
    private readonly List<int[]> _members = [];     // of each shard: which responses
    private readonly List<int[]> _starts = [];      // of each shard: the number of each response's first target

    /// <summary>Packs.</summary>
    /// <param name="rollouts">The responses, none empty.</param>
    /// <param name="capacity">The most tokens of a shard, enough for every prompt with its response.</param>
    public PackedRollouts(IReadOnlyList<Rollout> rollouts, int capacity)
    {
        var members = new List<int>();
        var filled = 0;
        for (var index = 0; index < rollouts.Count; index++)
        {
            var length = rollouts[index].PromptIds.Count + rollouts[index].ResponseIds.Count;
            if (filled + length > capacity && members.Count > 0)
            {
                Close(rollouts, members);
                filled = 0;
            }

            members.Add(index);
            filled += length;
        }

        if (members.Count > 0)
        {
            Close(rollouts, members);
        }
    }

    /// <summary>What some neighbouring tokens of one response add to a loss.</summary>
    /// <param name="response">The number of the response.</param>
    /// <param name="first">The number of the first of these tokens in the response.</param>
    /// <param name="logProbabilities">Of these tokens.</param>
    /// <param name="slopes">Receives the derivatives of the loss.</param>
    public delegate double ResponseObjective(int response, int first, ReadOnlySpan<float> logProbabilities, Span<float> slopes);

    /// <summary>Gets the shards.</summary>
    public IReadOnlyList<PackedShard> Shards => _shards;

    /// <summary>Gets the number of tokens, prompts included.</summary>
    public long Tokens => _shards.Sum(shard => (long)shard.Tokens.Length);

    /// <summary>Makes a shard's loss of its responses' losses.</summary>
    public TokenObjective Objective(int shard, ResponseObjective ofResponse)
    {
        var (members, starts) = (_members[shard], _starts[shard]);
        return (first, logProbabilities, slopes) =>
        {
            var loss = 0.0;
            for (var at = 0; at < logProbabilities.Length;)
            {
                var target = first + at;
                var found = Array.BinarySearch(starts, target);
                var place = found >= 0 ? found : ~found - 1;
                var end = place + 1 < starts.Length ? starts[place + 1] : int.MaxValue;
                var count = Math.Min(logProbabilities.Length - at, end - target);
                loss += ofResponse(
                    members[place], target - starts[place], logProbabilities.Slice(at, count), slopes.Slice(at, count));
                at += count;
            }

            return loss;
        };
    }

    private void Close(IReadOnlyList<Rollout> rollouts, List<int> members)
    {
        var (tokens, targets) = (new List<int>(), new List<bool>());
        var (starts, lengths) = (new int[members.Count], new int[members.Count]);
        var target = 0;
        for (var place = 0; place < members.Count; place++)
        {
            var rollout = rollouts[members[place]];
            tokens.AddRange(rollout.PromptIds);
            tokens.AddRange(rollout.ResponseIds);
            targets.AddRange(Enumerable.Repeat(false, rollout.PromptIds.Count));
            targets.AddRange(Enumerable.Repeat(true, rollout.ResponseIds.Count));
            (starts[place], lengths[place]) = (target, rollout.PromptIds.Count + rollout.ResponseIds.Count);
            target += rollout.ResponseIds.Count;
        }

        _shards.Add(new PackedShard([.. tokens], [.. targets], lengths, [.. members.Select(member => (long)member)]));
        _members.Add([.. members]);
        _starts.Add(starts);
        members.Clear();
    }
}
