using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Prompt lookup decoding (PLD): what followed the first earlier occurrence of the last n tokens, for the longest n that
/// has one followed by a full draft.
/// </summary>
/// <param name="longest">The largest n.</param>
/// <param name="length">How many tokens a draft has.</param>
public sealed class PromptLookupDrafter(int longest = 3, int length = 10) : IDrafter
{
    /// <inheritdoc/>
    public IDraftSession Open(ReadOnlySpan<int> prompt) => new Session(prompt, longest, length);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private sealed class Session(ReadOnlySpan<int> prompt, int longest, int length) : IDraftSession
    {
        private readonly List<int> _context = [.. prompt];

        public void Append(ReadOnlySpan<int> tokens) => _context.AddRange(tokens);

        public void Draft(DraftTree tree, int limit)
        {
            var context = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_context);
            for (var n = Math.Min(longest, context.Length - length); n >= 1; n--)
            {
                var searched = context[..^length];
                if (searched.IndexOf(context[^n..]) is >= 0 and var at)
                {
                    tree.Source = "prompt";
                    tree.AddChain(context.Slice(at + n, Math.Min(length, limit)));
                    return;
                }
            }
        }

        public void Dispose()
        {
        }
    }
}
