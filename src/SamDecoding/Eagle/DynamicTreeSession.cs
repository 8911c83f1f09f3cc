using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Eagle;

/// <summary>EAGLE-2's trees: the likeliest tokens of a level are expanded, and of all that were looked at the likeliest are drafted.</summary>
/// <param name="context">What the head has read.</param>
/// <param name="settings">Sizes.</param>
internal sealed class DynamicTreeSession(HeadContext context, EagleSettings settings) : EagleSession(context)
{
    private readonly CandidatePool _pool = new(settings.Width);
    private readonly Dictionary<int, int> _read = [];       // candidates that were expanded, by their number among them
    private readonly Dictionary<int, int> _places = [];     // candidates that are drafted, by their place in the tree

    /// <inheritdoc/>
    protected override void Draft(DraftTree tree, int limit, ReadOnlySpan<float> logits)
    {
        var nodes = Math.Min(limit, settings.Nodes);
        _pool.Clear();
        _read.Clear();
        _pool.BeginLevel();
        _pool.Offer(DraftTree.Context, logits);
        for (var depth = 0; depth < Math.Min(settings.Depth, nodes - 1); depth++) // a path has no more tokens than the draft
        {
            Expand(_pool.Beam());
        }

        _places.Clear();
        foreach (var chosen in _pool.Rerank(nodes))
        {
            var (parent, token, score) = _pool.Candidates[chosen];
            _places.Add(chosen, tree.Add(Place(_places, parent), token, Math.Exp(score)));
        }
    }

    private static int Place(Dictionary<int, int> places, int parent) => parent == DraftTree.Context ? parent : places[parent];

    private void Expand(int[] beam)
    {
        var logits = Context.Expand([.. beam.Select(one => (Place(_read, _pool.Candidates[one].Parent), _pool.Candidates[one].Token))]);
        _pool.BeginLevel();
        for (var row = 0; row < beam.Length; row++)
        {
            _read.Add(beam[row], _read.Count);
            _pool.Offer(beam[row], logits[row]);
        }
    }
}
