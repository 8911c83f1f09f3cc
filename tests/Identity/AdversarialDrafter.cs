using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Identity;

/// <summary>
/// Drafts as badly as the seam allows: trees as large as can be of random shape, with wrong tokens, ids outside the vocabulary and
/// siblings of the same token, and the right continuation scattered among them so that much is accepted.
/// </summary>
/// <param name="seed">Gives the drafts.</param>
/// <param name="vocabulary">The size of the vocabulary.</param>
/// <param name="answer">What the model will answer to a prompt.</param>
internal sealed class AdversarialDrafter(int seed, int vocabulary, Func<int[], IReadOnlyList<int>> answer) : IDrafter
{
    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(new Random(seed + prompt.Length), vocabulary, answer(prompt.ToArray()));

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session(Random random, int vocabulary, IReadOnlyList<int> answer) : IDraftSession
    {
        private int _known;

        public void Append(ReadOnlySpan<int> tokens) => _known += tokens.Length;

        public void Draft(DraftTree tree, int limit)
        {
            tree.Source = "adversary";
            var right = new List<int> { DraftTree.Context };                        // the nodes that end the known continuation so far
            while (tree.Count < limit)
            {
                var isRight = random.Next(3) == 0;
                var parent = isRight ? right[random.Next(Math.Max(0, right.Count - 2), right.Count)] : random.Next(tree.Count + 1) - 1;
                var depth = parent == DraftTree.Context ? 0 : tree.Nodes[parent].Depth;
                var place = _known + depth;
                var token = isRight && place < answer.Count ? answer[place] : random.Next(vocabulary + 2) - 1;
                var twin = tree.Child(parent, token);
                var node = tree.Add(parent, token, random.NextDouble());
                if (isRight && place < answer.Count && twin == DraftTree.None)
                {
                    right.Add(node);
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
