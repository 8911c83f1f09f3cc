using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// The drafts of one sequence: makes the row of a pass from the last certain token and the draft behind it, and walks the
/// draft along the tokens that the model draws itself. The draws are those of plain decoding, with the same random numbers,
/// so the tokens are the same; a drafted token only saves the pass that would have computed what follows it. (Its
/// probability of being accepted is that of exact rejection sampling with deterministic drafts.)
/// </summary>
internal sealed class DraftedSequence(SequenceProgress progress, int sequence, IDraftSession drafts, VerifyCost? cost) : IDisposable
{
    private readonly DraftTree _tree = new();
    private readonly List<int> _path = [];
    private int _told;
    private int _last;      // the place of the last certain token when the row was made

    /// <summary>Drafts and returns the row; it is a plain one if nothing is drafted.</summary>
    /// <param name="limit">How many tokens may be drafted.</param>
    /// <param name="vocabulary">The size of the vocabulary.</param>
    /// <param name="plan">What the pass runs so far; the draft is added.</param>
    public DecodeRow Row(int limit, int vocabulary, ref PassPlan plan)
    {
        Tell();
        var generated = progress.History.Generated;
        _tree.Clear();
        if (limit > 0)
        {
            _tree.LeastProbability = cost?.LeastProbability(limit, plan.Rows, plan.Gain) ?? 0;
            drafts.Draft(_tree, limit);
            _tree.Prune(progress.Limit - generated.Count - 1, vocabulary); // the pass itself gives the last token of all
            _tree.Truncate(cost?.Best(_tree.Nodes, plan.Rows, plan.Gain) ?? _tree.Count);
            plan = plan.With(_tree);
        }

        int[] tokens = [generated[^1], .. _tree.Nodes.ToArray().Select(node => node.Token)];
        var row = new DecodeRow(sequence, tokens) { Logits = LogitSelection.All, Features = Features };
        _last = progress.Prompt.Length + generated.Count - 1;
        if (_tree.IsChain)
        {
            return row;
        }

        return row with
        {
            Positions = new[] { _last }.Concat(_tree.Nodes.ToArray().Select(node => _last + node.Depth)).ToArray(),
            Ancestors = AncestorMask.FromParents([-1, .. _tree.Nodes.ToArray().Select(node => node.Parent + 1)]),
        };
    }

    /// <summary>Gets whether the drafter wants to see the logits of the prompt.</summary>
    public bool WatchesPrompt => drafts.WatchesPrompt;

    /// <summary>Gets which features the drafter wants to see of a row.</summary>
    public LogitSelection Features => drafts.FollowsFeatures ? LogitSelection.All : LogitSelection.None;

    /// <summary>Shows the drafter the features of prompt tokens.</summary>
    /// <param name="session">The session that ran them.</param>
    /// <param name="first">Where their features begin.</param>
    /// <param name="position">The place of the first one.</param>
    /// <param name="count">How many.</param>
    public void FollowPrompt(IDecodeSession session, int first, int position, int count)
    {
        for (var token = 0; token < count; token++)
        {
            drafts.Follow(position + token, session.Features(first + token));
        }
    }

    /// <summary>Shows the drafter the features of the last certain token and of the drafted ones that were drawn.</summary>
    /// <param name="session">The session that ran the row.</param>
    /// <param name="first">Where the features of the row begin.</param>
    public void Follow(IDecodeSession session, int first)
    {
        drafts.Follow(_last, session.Features(first));
        for (var step = 0; step < _path.Count; step++)
        {
            drafts.Follow(_last + 1 + step, session.Features(first + 1 + _path[step]));
        }
    }

    /// <summary>Shows the drafter what the model made of tokens.</summary>
    /// <param name="tokens">The tokens of a row, all with logits.</param>
    /// <param name="logits">The logits of the pass.</param>
    /// <param name="first">Where those of the row begin.</param>
    public void Watch(ReadOnlySpan<int> tokens, LogitBlock logits, int first)
    {
        for (var token = 0; drafts.Watches && token < tokens.Length; token++)
        {
            drafts.Watch(tokens[token], logits[first + token]);
        }
    }

    /// <summary>Draws tokens as long as the draft has foretold them.</summary>
    /// <param name="logits">The logits of the pass.</param>
    /// <param name="first">Where those of this row begin.</param>
    /// <param name="meter">Takes the counts.</param>
    public void Draw(LogitBlock logits, int first, GenerationMeter meter)
    {
        var before = progress.History.Generated.Count;
        var foretold = 0;
        _path.Clear();
        for (var node = DraftTree.Context; node != DraftTree.None;)
        {
            progress.Draw(logits[first + node + 1]);
            node = _tree.Child(node, progress.History.Generated[^1]);
            foretold += node != DraftTree.None ? 1 : 0;
            node = progress.Finish is null ? node : DraftTree.None; // the end may be foretold, but nothing is drawn behind it
            if (node != DraftTree.None)
            {
                _path.Add(node);
            }
        }

        meter.Tokens(progress.History.Generated.Count - before);
        progress.CountPass(foretold);
        if (_tree.Count > 0)
        {
            meter.Draft(_tree.Source, _tree.Count, _path.Count);
        }
    }

    /// <summary>Keeps what the cache holds of the drafted tokens that were drawn, and of no others.</summary>
    /// <param name="session">The session that ran the row.</param>
    public void Keep(IDecodeSession session)
    {
        if (_tree.Count == 0)
        {
            return;
        }

        var certain = session.Lengths[sequence] - _tree.Count;
        if (_path.Count == 0 || _path[^1] == _path.Count - 1) // the first tokens of the row: nothing moves
        {
            session.Truncate(sequence, certain + _path.Count);
        }
        else
        {
            session.Retain(sequence, [.. Enumerable.Range(0, certain), .. _path.Select(node => certain + node)]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Tell(); // the end too: answers may serve later requests
        }
        finally
        {
            drafts.Dispose();
        }
    }

    private void Tell()
    {
        for (var generated = progress.History.Generated; _told < generated.Count;)
        {
            drafts.Append([generated[_told++]]); // once, even if it fails
        }
    }
}
