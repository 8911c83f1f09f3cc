using System.Buffers;

namespace LlmEfficiency.Core.Tokenization.AddedTokens;

/// <summary>Finds added tokens from left to right, the longest where several begin.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly SearchValues<string> _contents;
    private readonly Dictionary<(int Node, char Next), int> _trie = [];
    private readonly Dictionary<int, AddedToken> _ends = [];

    /// <summary>Prepares a search.</summary>
    /// <param name="tokens">Spelling and token; the first of equal spellings counts.</param>
    public AddedTokenMatcher(IReadOnlyList<(string Content, AddedToken Token)> tokens)
    {
        _contents = SearchValues.Create([.. tokens.Select(t => t.Content)], StringComparison.Ordinal);
        foreach (var (content, token) in tokens)
        {
            var node = 0;
            foreach (var next in content)
            {
                if (!_trie.TryGetValue((node, next), out var child))
                {
                    child = _trie.Count + 1;
                    _trie.Add((node, next), child);
                }

                node = child;
            }

            _ends.TryAdd(node, token);
        }
    }

    /// <summary>Returns the matches, in order and without overlap.</summary>
    public IEnumerable<AddedTokenMatch> Find(string text)
    {
        if (_ends.Count == 0)
        {
            yield break;
        }

        for (var (at, free) = (0, 0); ;)
        {
            var found = text.AsSpan(at).IndexOfAny(_contents);
            if (found < 0)
            {
                yield break;
            }

            at += found;
            var (token, end) = LongestAt(text, at);
            if (token.IsSingleWord && (IsWord(text, at - 1) || IsWord(text, end)))
            {
                at = end; // as the reference does: what it overlaps is not looked at again
                continue;
            }

            var start = token.StripsLeft ? StripLeft(text, at, free) : at;
            at = free = token.StripsRight ? StripRight(text, end) : end;
            yield return new AddedTokenMatch(start, at, token.Id);
        }
    }

    private (AddedToken Token, int End) LongestAt(string text, int at)
    {
        (AddedToken? Token, int End) longest = default;
        for (var node = 0; at < text.Length && _trie.TryGetValue((node, text[at]), out node);)
        {
            at++;
            longest = _ends.TryGetValue(node, out var token) ? (token, at) : longest;
        }

        return longest!;
    }

    private static bool IsWord(string text, int at) =>
        at >= 0 && at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_');

    private static int StripLeft(string text, int at, int free)
    {
        while (at > free && char.IsWhiteSpace(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private static int StripRight(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }
}
