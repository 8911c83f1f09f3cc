using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>
/// Answers to earlier requests, as automata that are never changed once they are there: a request reads those of its
/// beginning, whatever is added meanwhile, from any thread. A new answer is put together with the small automata before it,
/// so that there are few of them, and the oldest goes where the memory ends.
/// </summary>
/// <param name="maxBytes">How many bytes the automata take at most; the newest stays, whatever its size.</param>
public sealed class AnswerCache(long maxBytes = 256L << 20)
{
    // An automaton cannot forget: what is to go later must lie in one that is small enough to go as a whole.
    private const int LeastGenerations = 4;

    private readonly Lock _lock = new();
    private volatile SuffixAutomaton[] _generations = []; // the oldest first

    /// <summary>Gets the size of all automata.</summary>
    public long Bytes => Generations.Sum(generation => generation.Bytes);

    /// <summary>Gets the automata, the oldest first.</summary>
    internal IReadOnlyList<SuffixAutomaton> Generations => _generations;

    /// <summary>Adds an answer.</summary>
    /// <param name="tokens">Its tokens.</param>
    public void Add(ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            return;
        }

        lock (_lock)
        {
            // The newest ones that are no larger than what comes behind them.
            var (kept, size) = (_generations.Length, (long)tokens.Length);
            while (kept > 0 && _generations[kept - 1].Text.Length <= 2 * size
                && (_generations[kept - 1].Bytes * LeastGenerations < maxBytes))
            {
                size += _generations[--kept].Text.Length;
            }

            var merged = new SuffixAutomaton(hasStatistics: true);
            foreach (var older in _generations.AsSpan(kept))
            {
                AddDocuments(merged, older.Text);
            }

            AddDocuments(merged, tokens);
            SuffixAutomaton[] all = [.. _generations.AsSpan(0, kept), merged];
            var first = 0;
            for (var bytes = all.Sum(generation => generation.Bytes); bytes > maxBytes && first < all.Length - 1; first++)
            {
                bytes -= all[first].Bytes;
            }

            _generations = all[first..]; // requests may still read the others: the collector frees them
        }
    }

    private static void AddDocuments(SuffixAutomaton automaton, ReadOnlySpan<int> text)
    {
        automaton.BeginDocument();
        foreach (var token in text)
        {
            if (token == SuffixAutomaton.Separator)
            {
                automaton.BeginDocument();
            }
            else
            {
                automaton.Append(token);
            }
        }
    }
}
