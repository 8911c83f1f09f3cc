using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Eagle;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// One request of a <see cref="BackoffTreeDrafter"/> with a draft head: trees of the most probable paths by texts and head together, one budget for
/// both. The head reads the likeliest paths level by level, as EAGLE-2 does; deeper ones follow the texts alone. It is not asked where texts alone
/// foretell as much as drafts with it bring, nor while it brings less than it costs.
/// </summary>
/// <param name="settings">Sizes of the tree.</param>
/// <param name="shape">How much the head reads.</param>
/// <param name="texts">What texts foretell; the session disposes it.</param>
/// <param name="head">What the head has read; the session disposes it.</param>
/// <param name="weights">How far each is believed.</param>
/// <param name="choice">Whether the head pays.</param>
/// <param name="time">The clock.</param>
internal sealed class MixedTreeSession(
    BackoffTreeSettings settings, EagleSettings shape, TextModel texts, HeadContext head, MixtureWeights weights, HeadChoice choice, TimeProvider time)
    : IDraftSession
{
    private const string Source = "head";
    private const int Root = 0;                 // the context, among what was expanded
    private const int Nowhere = -1;
    private const double LeastRead = 0.01;      // the least probability of a path that the head reads
    private const double LeastChain = 0.3;      // the least probability of a path that texts are tried along

    private readonly List<Candidate> _candidates = [];
    private readonly List<Expansion> _expansions = [];
    private readonly PriorityQueue<int, double> _queue = new();
    private double _least;              // probability of a path
    private int _came;                  // tokens since the last draft: those of it that came, and the one behind
    private int _at = Nowhere;          // the expansion that certain tokens have reached
    private bool? _isAsked;             // whether the head had its say in the last draft; null where texts sufficed
    private long _start;                // of the last draft

    /// <inheritdoc/>
    public bool FollowsFeatures => true;

    /// <inheritdoc/>
    public void Follow(int position, ReadOnlySpan<float> features) => head.Follow(position, features);

    /// <inheritdoc/>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            _at = _at == Nowhere ? Nowhere : Learn(_expansions[_at], token);
            texts.Append(token);
        }

        head.Append(tokens);
        _came += tokens.Length;
    }

    /// <inheritdoc/>
    public void Draft(DraftTree tree, int limit)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _least = Math.Max(settings.MinProbability, tree.LeastProbability);
        var now = time.GetTimestamp();
        if (_isAsked is { } wasAsked && _came > 0)
        {
            choice.Learn(wasAsked, _came, time.GetElapsedTime(_start, now).TotalSeconds);
        }

        (_start, _came) = (now, 0);
        var isWanted = TextsSuffice() ? (bool?)null : choice.Next();
        var known = isWanted == true ? head.CatchUp() : null;
        _isAsked = isWanted == true && known is null ? null : isWanted;
        _candidates.Clear();
        _expansions.Clear();
        texts.Clear();
        Expand(Nowhere, known is { } logits ? logits[0] : []);
        for (var (depth, level) = (0, 0); known is not null && depth < shape.Depth && level < _candidates.Count; depth++)
        {
            level = Read(level);
        }

        head.Forget();
        Choose(tree, Math.Min(limit, settings.MaxRows - 1));
        _at = Root;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        head.Dispose();
        texts.Dispose();
    }

    // Returns where certain tokens have come to.
    private int Learn(Expansion at, int token)
    {
        for (var child = at.First; child < at.End; child++)
        {
            var found = _candidates[child];
            if (found.Token == token)
            {
                if (at.IsRead)
                {
                    weights.Learn(at.Length, at.Depth, found.ByTexts, found.ByHead);
                }

                return found.Expansion;
            }
        }

        return Nowhere;
    }

    private bool TextsSuffice()
    {
        texts.Clear();
        var (expected, path, probability, gain) = (0.0, DraftTree.Context, 1.0, choice.Gain);
        for (var step = 0; step < settings.MaxRows && expected < gain; step++)
        {
            var best = texts.Foretell(path, probability, LeastChain, out _).DefaultIfEmpty().MaxBy(foretold => foretold.Probability);
            if (best.Probability < LeastChain)
            {
                break;
            }

            texts.Extend(path, best.Token);
            (expected, path, probability) = (expected + best.Probability, step, best.Probability);
        }

        return expected >= gain;
    }

    // The head reads the likeliest candidates of a level; returns where the next level begins.
    private int Read(int level)
    {
        var end = _candidates.Count;
        int[] beam = [.. Enumerable.Range(level, end - level)
            .Where(candidate => _candidates[candidate].Probability >= Math.Max(LeastRead, _least))
            .OrderByDescending(candidate => _candidates[candidate].Probability)
            .Take(shape.Width)];
        if (beam.Length > 0)
        {
            var logits = head.Expand([.. beam.Select(candidate => (Path(_candidates[candidate].Parent), _candidates[candidate].Token))]);
            for (var row = 0; row < beam.Length; row++)
            {
                Expand(beam[row], logits[row]);
            }
        }

        return end;
    }

    // How texts and head number what was expanded.
    private static int Path(int expansion) => expansion + DraftTree.Context;

    // Adds what may follow a candidate; by the head too if it has read the candidate.
    private void Expand(int candidate, ReadOnlySpan<float> logits)
    {
        var (expansion, depth, probability) = (_expansions.Count, 0, 1.0);
        if (candidate != Nowhere)
        {
            var expanded = _candidates[candidate];
            texts.Extend(Path(expanded.Parent), expanded.Token);
            _candidates[candidate] = expanded with { Expansion = expansion };
            (depth, probability) = (_expansions[expanded.Parent].Depth + 1, expanded.Probability);
        }

        var first = _candidates.Count;
        var foretold = texts.Foretell(Path(expansion), probability, _least, out var left);
        var length = texts.Length;
        if (logits.IsEmpty)
        {
            foreach (var (token, reached, source) in foretold)
            {
                _candidates.Add(new Candidate(expansion, token, reached, source, 1, 0));
            }
        }
        else
        {
            Mix(expansion, foretold, probability, left / probability, weights.Texts(length, depth), logits);
        }

        _expansions.Add(new Expansion(first, _candidates.Count, length, depth, IsRead: !logits.IsEmpty));
    }

    // What texts leave is the head's, whichever of the two is right.
    private void Mix(
        int expansion, IReadOnlyList<Foretold> foretold, double probability, double left, double weight, ReadOnlySpan<float> logits)
    {
        var scale = LogProbabilities.LogSumExp(logits);
        foreach (var (token, reached, source) in foretold)
        {
            Add(token, reached / probability, (uint)token < (uint)logits.Length ? Math.Exp(logits[token] - scale) : 0, source);
        }

        Span<int> likeliest = stackalloc int[shape.Width];
        LargestLogits.Find(logits, likeliest);
        foreach (var token in likeliest)
        {
            if (token != RecyclingTable.None && !texts.Seen.Contains(token))
            {
                Add(token, 0, Math.Exp(logits[token] - scale), Source);
            }
        }

        void Add(int token, double byTexts, double byHead, string source)
        {
            byTexts += left * byHead;
            var share = (weight * byTexts) + ((1 - weight) * byHead);
            _candidates.Add(new Candidate(expansion, token, probability * Math.Min(share, 1), source, byTexts, byHead));
        }
    }

    // The most probable paths. None is more probable than its beginning, so that they hang together.
    private void Choose(DraftTree tree, int nodes)
    {
        _queue.Clear();
        Offer(Root, DraftTree.Context);
        while (tree.Count < nodes && _queue.TryDequeue(out var best, out _))
        {
            var chosen = _candidates[best];
            tree.Source = tree.Count == 0 ? chosen.Source : tree.Source;
            var place = tree.Add(_expansions[chosen.Parent].Place, chosen.Token, chosen.Probability);
            if (chosen.Expansion == Nowhere)
            {
                Expand(best, []);
            }

            Offer(_candidates[best].Expansion, place);
        }
    }

    private void Offer(int expansion, int place)
    {
        var expanded = _expansions[expansion];
        expanded.Place = place;
        for (var child = expanded.First; child < expanded.End; child++)
        {
            if (_candidates[child].Probability >= _least)
            {
                _queue.Enqueue(child, -_candidates[child].Probability);
            }
        }
    }

    // Parent and Expansion are numbers of expansions; ByTexts and ByHead are probabilities behind the parent.
    private readonly record struct Candidate(int Parent, int Token, double Probability, string Source, double ByTexts, double ByHead)
    {
        public int Expansion { get; init; } = Nowhere;
    }

    // Its followers are candidates from First on; Place is that in the draft.
    private sealed record Expansion(int First, int End, int Length, int Depth, bool IsRead)
    {
        public int Place { get; set; } = DraftTree.Context;
    }
}
