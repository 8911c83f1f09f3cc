using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>
/// Measures drafts on recorded greedy answers, without the model: greedy verification accepts exactly the longest path of a
/// draft that agrees with the answer, so the counts are those of a real run.
/// </summary>
public static class DraftReplay
{
    /// <summary>Replays one answer.</summary>
    /// <param name="drafter">What drafts.</param>
    /// <param name="turn">The answer.</param>
    /// <param name="limit">How many tokens a draft may have.</param>
    public static ReplayScore Run(IDrafter drafter, ReplayTurn turn, int limit = 256)
    {
        ArgumentNullException.ThrowIfNull(drafter);
        ArgumentNullException.ThrowIfNull(turn);
        int[] answer = [.. turn.Answer];
        var (tree, score) = (new DraftTree(), default(ReplayScore));
        using var session = drafter.Open([.. turn.Prompt]);
        for (var certain = 0; certain < answer.Length;)
        {
            // The token at `certain` is known from the pass before; this pass runs it and the draft behind it.
            session.Append(answer.AsSpan(certain, 1));
            tree.Clear();
            session.Draft(tree, limit);
            var accepted = Agreement(tree, answer.AsSpan(certain + 1));
            session.Append(answer.AsSpan(certain + 1, accepted));
            score += new ReplayScore(1 + accepted, 1, 1 + tree.Count);
            certain += 1 + accepted;
        }

        return score;
    }

    /// <summary>Returns how many tokens of a continuation a draft foretells.</summary>
    public static int Agreement(DraftTree tree, ReadOnlySpan<int> continuation)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var (node, accepted) = (DraftTree.Context, 0);
        while (accepted < continuation.Length && (node = tree.Child(node, continuation[accepted])) >= 0)
        {
            accepted++;
        }

        return accepted;
    }
}
