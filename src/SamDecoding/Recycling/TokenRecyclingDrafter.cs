using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Recycling;

/// <summary>
/// Token Recycling (Luo et al., 2024): the candidates that the model threw away are drafted when their token comes again, as a tree of one shape.
/// All rows that the model runs teach it, those of wrong drafts and of the prompt too; of a token that was run twice in a pass the later row stays.
/// </summary>
/// <param name="template">The shape; the paper's 80 nodes if null.</param>
/// <param name="table">What is known of tokens, kept from request to request; an empty one if null.</param>
public sealed class TokenRecyclingDrafter(RecyclingTemplate? template = null, RecyclingTable? table = null) : IDrafter
{
    private readonly RecyclingTemplate _template = template ?? RecyclingTemplate.Eighty;
    private readonly RecyclingTable _table = table ?? new RecyclingTable();

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(_template, _table, prompt.IsEmpty ? RecyclingTable.None : prompt[^1]);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session(RecyclingTemplate template, RecyclingTable table, int last) : IDraftSession
    {
        private readonly int[] _places = new int[template.Parents.Count];   // of the template's nodes in the tree
        private readonly int[,] _followers = new int[template.Parents.Count + 1, RecyclingTable.Width]; // of the context's last token, then of the tree's
        private readonly double[] _shares = new double[RecyclingTable.Width];
        private int _last = last;

        public bool Watches => true;

        public bool WatchesPrompt => true;

        public void Append(ReadOnlySpan<int> tokens) => _last = tokens.IsEmpty ? _last : tokens[^1];

        public void Watch(int token, ReadOnlySpan<float> logits) => table.Learn(token, logits);

        public void Draft(DraftTree tree, int limit)
        {
            ArgumentNullException.ThrowIfNull(tree);
            table.Shares.Read(_shares);
            Read(DraftTree.Context, _last);
            for (var node = 0; node < template.Parents.Count && tree.Count < limit; node++)
            {
                var parent = template.Parents[node] < 0 ? DraftTree.Context : _places[template.Parents[node]];
                var token = parent == DraftTree.None ? RecyclingTable.None : _followers[parent + 1, template.Ranks[node]];
                if (token == RecyclingTable.None)
                {
                    _places[node] = DraftTree.None;
                    continue;
                }

                var probability = parent == DraftTree.Context ? 1 : tree.Nodes[parent].Probability;
                _places[node] = tree.Add(parent, token, probability * _shares[template.Ranks[node]]);
                Read(_places[node], token);
                tree.Source = "recycled";
            }
        }

        public void Dispose()
        {
        }

        private void Read(int place, int token) => table.Read(
            token, System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref _followers[place + 1, 0], RecyclingTable.Width));
    }
}
