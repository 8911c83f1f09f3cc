using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>One request of a <see cref="BackoffTreeDrafter"/>.</summary>
/// <param name="settings">Sizes.</param>
/// <param name="texts">What texts foretell; the session disposes it.</param>
/// <param name="rest">Drafts what they leave; null if nothing does.</param>
internal sealed class BackoffTreeSession(BackoffTreeSettings settings, TextModel texts, RecycledRest? rest) : IDraftSession
{
    private readonly PriorityQueue<Candidate, double> _queue = new();
    private double _least;      // probability of a path

    /// <inheritdoc/>
    public bool Watches => rest is not null;

    /// <inheritdoc/>
    public void Watch(int token, ReadOnlySpan<float> logits) => rest?.Watch(token, logits);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            rest?.Learn(token);
            texts.Append(token);
        }
    }

    /// <inheritdoc/>
    public void Draft(DraftTree tree, int limit)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _least = Math.Max(settings.MinProbability, tree.LeastProbability);
        _queue.Clear();
        texts.Clear();
        rest?.Begin();
        Expand(DraftTree.Context, texts.Last ?? RecyclingTable.None, 1);
        var nodes = Math.Min(limit, settings.MaxRows - 1);
        while (tree.Count < nodes && _queue.TryDequeue(out var best, out _))
        {
            tree.Source = tree.Count == 0 ? best.Source : tree.Source;
            var node = tree.Add(best.Path, best.Token, best.Probability);
            texts.Extend(best.Path, best.Token);
            Expand(node, best.Token, best.Probability);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => texts.Dispose();

    private void Expand(int path, int token, double probability)
    {
        var foretold = texts.Foretell(path, probability, _least, out var left);
        foreach (var (follower, reached, source) in foretold)
        {
            Offer(new Candidate(path, follower, reached, source));
        }

        if (rest is not null && left >= _least)
        {
            foreach (var (follower, share) in rest.Followers(token, texts.Seen, isFirst: path == DraftTree.Context))
            {
                Offer(new Candidate(path, follower, left * share, RecycledRest.Source));
            }
        }
    }

    private void Offer(Candidate candidate)
    {
        if (candidate.Probability >= _least)
        {
            _queue.Enqueue(candidate, -candidate.Probability);
        }
    }

    private readonly record struct Candidate(int Path, int Token, double Probability, string Source);
}
