using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>Turns scores into slots.</summary>
internal static class RetentionChoice
{
    /// <summary>How many cells a policy that compares all keys with all may make at a time on a processor, for its caches.</summary>
    public const long CellsAtOnce = 1L << 21;

    /// <summary>Asks the policy which slots stay.</summary>
    /// <param name="settings">How the cache is kept small.</param>
    /// <param name="view">What is cached.</param>
    /// <param name="budget">How many slots are kept.</param>
    /// <returns>Slots, ascending, <c>[rows, kvHeads, budget]</c>, 64-bit.</returns>
    public static Tensor Of(RetentionSettings settings, RetentionView view, int budget)
    {
        using var scope = NewDisposeScope();
        var scores = settings.Policy.Score(view);
        if (settings.Sharing == RetentionSharing.FirstLayer)
        {
            scores = scores.sum(1, keepdim: true);
        }

        return Best(scores, view.Recent, budget).expand(-1, view.Keys.shape[1], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Chooses the best candidates and all recent tokens.</summary>
    /// <param name="scores">Scores of all but the recent tokens, <c>[rows, kvHeads or 1, candidates]</c>.</param>
    /// <param name="recent">How many recent tokens lie behind them.</param>
    /// <param name="budget">How many slots are kept in all.</param>
    /// <returns>Slots, ascending, <c>[rows, kvHeads or 1, budget]</c>, 64-bit.</returns>
    public static Tensor Best(Tensor scores, int recent, int budget)
    {
        using var scope = NewDisposeScope();
        var (candidates, best) = (scores.shape[2], budget - recent);
        // Ascending and stable: equals keep their order, so the latest of them is taken.
        var order = scores.sort(-1, descending: false, stable: true).Indices;
        var kept = order.narrow(-1, candidates - best, best).sort(-1).Values;
        if (recent == 0)
        {
            return kept.MoveToOuterDisposeScope();
        }

        long[] behind = [.. Enumerable.Range(0, recent).Select(slot => candidates + slot)];
        var last = tensor(behind, device: scores.device).expand(kept.shape[0], kept.shape[1], recent);
        return cat([kept, last], -1).MoveToOuterDisposeScope();
    }
}
