namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>Sorts the suffixes of a text in linear time by induced sorting (Nong, Zhang and Chan, 2009: SA-IS).</summary>
internal sealed class SuffixSorting
{
    private readonly int[] _text;
    private readonly bool[] _isSmaller; // [place]: whether the suffix is smaller than the next
    private readonly int[] _smallerStarts; // [symbol]: where the suffixes that begin with it and are smaller are
    private readonly int[] _largerStarts;
    private readonly int[] _sorted;

    private SuffixSorting(int[] text, int symbols)
    {
        (_text, _sorted, _isSmaller) = (text, new int[text.Length], new bool[text.Length]);
        (_smallerStarts, _largerStarts) = (new int[symbols], new int[symbols + 1]);
        for (var place = text.Length - 2; place >= 0; place--)
        {
            _isSmaller[place] = text[place] == text[place + 1] ? _isSmaller[place + 1] : text[place] < text[place + 1];
        }

        for (var place = 0; place < text.Length; place++)
        {
            if (_isSmaller[place])
            {
                _largerStarts[text[place] + 1]++;
            }
            else
            {
                _smallerStarts[text[place]]++;
            }
        }

        for (var symbol = 0; symbol < symbols; symbol++)
        {
            _smallerStarts[symbol] += _largerStarts[symbol];
            _largerStarts[symbol + 1] += _smallerStarts[symbol];
        }
    }

    /// <summary>Returns the places of all suffixes in the order of the suffixes; a shorter one goes before what it begins.</summary>
    /// <param name="text">Symbols from 0 on.</param>
    /// <param name="symbols">How many different ones there may be.</param>
    public static int[] Sort(int[] text, int symbols) =>
        text.Length <= 1 ? new int[text.Length] : new SuffixSorting(text, symbols).Sort();

    private int[] Sort()
    {
        var number = new int[_text.Length + 1]; // [place]: which of the leftmost smaller ones, or -1
        Array.Fill(number, -1);
        var leftmost = new List<int>();
        for (var place = 1; place < _text.Length; place++)
        {
            if (!_isSmaller[place - 1] && _isSmaller[place])
            {
                number[place] = leftmost.Count;
                leftmost.Add(place);
            }
        }

        int[] places = [.. leftmost];
        Induce(places);
        if (places.Length > 0)
        {
            int[] order = [.. _sorted.Where(place => number[place] >= 0)];
            var (names, count) = Name(order, number, places);
            Induce([.. Sort(names, count).Select(place => places[place])]);
        }

        return _sorted;
    }

    // Equal pieces between leftmost smaller places get equal names, in their order.
    private (int[] Names, int Count) Name(int[] order, int[] number, int[] places)
    {
        int End(int place) => number[place] + 1 < places.Length ? places[number[place] + 1] : _text.Length;
        var (names, name) = (new int[places.Length], 0);
        for (var index = 1; index < order.Length; index++)
        {
            var (left, right) = (order[index - 1], order[index]);
            var length = End(left) - left;
            var isSame = length == End(right) - right && left + length < _text.Length && right + length < _text.Length
                && _text.AsSpan(left, length + 1).SequenceEqual(_text.AsSpan(right, length + 1));
            name += isSame ? 0 : 1;
            names[number[right]] = name;
        }

        return (names, name + 1);
    }

    private void Induce(int[] leftmost)
    {
        Array.Fill(_sorted, -1);
        var next = _smallerStarts.AsSpan().ToArray();
        foreach (var place in leftmost)
        {
            _sorted[next[_text[place]]++] = place;
        }

        next = _largerStarts.AsSpan().ToArray();
        _sorted[next[_text[^1]]++] = _text.Length - 1;
        for (var index = 0; index < _sorted.Length; index++)
        {
            var before = _sorted[index] - 1;
            if (before >= 0 && !_isSmaller[before])
            {
                _sorted[next[_text[before]]++] = before;
            }
        }

        next = _largerStarts.AsSpan().ToArray();
        for (var index = _sorted.Length - 1; index >= 0; index--)
        {
            var before = _sorted[index] - 1;
            if (before >= 0 && _isSmaller[before])
            {
                _sorted[--next[_text[before] + 1]] = before;
            }
        }
    }
}
