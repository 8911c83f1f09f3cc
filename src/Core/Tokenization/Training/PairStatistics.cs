using System.Runtime.InteropServices;

namespace LlmEfficiency.Core.Tokenization.Training;

/// <summary>
/// How often each pair of neighbouring tokens occurs, kept up to date while pairs merge. The most frequent pair comes
/// first; of equally frequent ones that with the smaller left id, then the smaller right id.
/// </summary>
internal sealed class PairStatistics
{
    private readonly List<int[]> _words = [];  // tokens of each different piece
    private readonly List<long> _counts = []; // how often the piece occurs
    private readonly Dictionary<(int Left, int Right), long> _pairs = [];
    private readonly Dictionary<(int Left, int Right), List<int>> _places = []; // words that have or had the pair
    private readonly HashSet<(int Left, int Right)> _changed = [];
    private readonly HashSet<(int Left, int Right)> _forbidden = [];
    private readonly PriorityQueue<(int Left, int Right), (long NegativeCount, int Left, int Right)> _queue = new();

    /// <summary>Adds a piece.</summary>
    public void Add(int[] word, long count)
    {
        _words.Add(word);
        _counts.Add(count);
        for (var i = 0; i + 1 < word.Length; i++)
        {
            Change(word[i], word[i + 1], _words.Count - 1, count);
        }
    }

    /// <summary>Returns the pair that merges next and its count, or a count of 0 where no pair is left.</summary>
    public ((int Left, int Right) Pair, long Count) Best()
    {
        foreach (var pair in _changed)
        {
            _queue.Enqueue(pair, (-_pairs[pair], pair.Left, pair.Right));
        }

        _changed.Clear();
        while (_queue.TryPeek(out var pair, out var key))
        {
            if (-key.NegativeCount == _pairs[pair] && key.NegativeCount != 0 && !_forbidden.Contains(pair))
            {
                return (pair, _pairs[pair]);
            }

            _queue.Dequeue(); // forbidden, or an older count; the newer one is in the queue too
        }

        return default;
    }

    /// <summary>Keeps a pair apart from now on.</summary>
    public void Forbid((int Left, int Right) pair) => _forbidden.Add(pair);

    /// <summary>Replaces a pair by a token everywhere.</summary>
    public void Merge((int Left, int Right) pair, int merged)
    {
        foreach (var place in _places.Remove(pair, out var places) ? places : [])
        {
            _words[place] = Merge(place, pair, merged);
        }
    }

    private int[] Merge(int place, (int Left, int Right) pair, int merged)
    {
        var (word, count) = (_words[place], _counts[place]);
        var shorter = new List<int>(word.Length);
        for (var i = 0; i < word.Length; i++)
        {
            var isPair = i + 1 < word.Length && word[i] == pair.Left && word[i + 1] == pair.Right;
            shorter.Add(isPair ? merged : word[i]);
            i += isPair ? 1 : 0;
        }

        if (shorter.Count == word.Length)
        {
            return word;
        }

        for (var i = 0; i + 1 < word.Length; i++)
        {
            Change(word[i], word[i + 1], place, -count);
        }

        for (var i = 0; i + 1 < shorter.Count; i++)
        {
            Change(shorter[i], shorter[i + 1], place, count);
        }

        return [.. shorter];
    }

    private void Change(int left, int right, int place, long count)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (left, right), out _) += count;
        _changed.Add((left, right));
        if (count > 0)
        {
            ref var places = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, (left, right), out _);
            places ??= [];
            if (places.Count == 0 || places[^1] != place)
            {
                places.Add(place);
            }
        }
    }
}
