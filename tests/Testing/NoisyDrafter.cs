using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.Testing;

/// <summary>Drafts random trees, some of whose tokens are of a known continuation and some no tokens at all.</summary>
/// <param name="seed">Gives the drafts.</param>
/// <param name="vocabulary">The size of the vocabulary.</param>
/// <param name="answers">What the model will answer to a prompt; null if nothing is known.</param>
public sealed class NoisyDrafter(int seed, int vocabulary, Func<int[], int[]?> answers) : IDrafter
{
    /// <summary>Gets the answers of the requests that have ended.</summary>
    public IList<int[]> Ended { get; } = [];

    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(this, seed, vocabulary, answers(prompt.ToArray()) ?? []);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session(NoisyDrafter owner, int seed, int vocabulary, int[] answer) : IDraftSession
    {
        private readonly List<int> _context = [];

        public void Append(ReadOnlySpan<int> tokens) => _context.AddRange(tokens);

        public void Draft(DraftTree tree, int limit)
        {
            var state = unchecked((uint)((seed * 7919) + _context.Count));
            tree.Source = "noise";
            var (right, known) = (DraftTree.Context, _context.Count); // the node that ends the known continuation so far
            var size = Next(limit + 1);
            while (tree.Count < size)
            {
                var parent = Next(2) == 0 ? right : Next(tree.Count + 1) - 1;
                var token = parent == right && known < answer.Length && Next(3) > 0 ? answer[known] : Next(vocabulary + 2) - 1;
                if (tree.Child(parent, token) != DraftTree.None)
                {
                    return; // siblings differ: enough for this time
                }

                var node = tree.Add(parent, token, 0.5);
                (right, known) = parent == right && known < answer.Length && token == answer[known] ? (node, known + 1) : (right, known);
            }

            int Next(int below)
            {
                state = unchecked((state * 1664525) + 1013904223);
                return (int)((state >> 8) % (uint)below);
            }
        }

        public void Dispose() => owner.Ended.Add([.. _context]);
    }
}
