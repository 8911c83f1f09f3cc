using System.Runtime.CompilerServices;

namespace LlmEfficiency.SamDecoding.Automata;

/// <summary>
/// The suffix automaton of one or more documents, which grows at its end in amortised constant time (Blumer et al.; paper
/// 3.2, "Expand"). A state stands for all strings that end at the same positions; its suffix link leads to the longest
/// string that ends at more of them. With several documents it is the generalised automaton: no string spans two.
/// All tables are flat and outside the managed heap; a text of n tokens has at most 2n states and 3n edges.
/// </summary>
/// <remarks>
/// A state stores one target at most. Its token is not stored: all edges into a state read the same token, the last one of
/// its strings. States with several edges, about one in nine, have a block of <see cref="EdgeBlocks"/>.
/// Reading is safe from several threads as long as none appends.
/// </remarks>
/// <param name="hasStatistics">Whether occurrences are counted and the latest one is kept, for 8 bytes a state.</param>
public sealed unsafe class SuffixAutomaton(bool hasStatistics = false) : IDisposable
{
    /// <summary>The state of the empty string.</summary>
    public const int Root = 0;

    /// <summary>No state.</summary>
    public const int None = -1;

    /// <summary>What stands in the text between two documents.</summary>
    public const int Separator = -1;

    /// <summary>The most tokens and separators.</summary>
    public const int MaxTokens = 1 << 30;

    /// <summary>
    /// How many suffix links an append counts an occurrence for. Texts have three on average; a run of one token would make
    /// exact counts quadratic, so there the counts of strings that are this many classes shorter stay behind.
    /// </summary>
    public const int CountedLinks = 64;

    private readonly NativeList<int> _text = new();
    private readonly NativeList<State> _states = NewStates();
    private readonly NativeList<Occurrences>? _occurrences = hasStatistics ? NewOccurrences() : null;
    private readonly EdgeBlocks _blocks = new();

    /// <summary>Gets the documents' tokens in order, with <see cref="Separator"/> between documents.</summary>
    public ReadOnlySpan<int> Text => _text.Span;

    /// <summary>Gets the state of the whole current document.</summary>
    public int Last { get; private set; }

    /// <summary>Gets the number of states, the root among them.</summary>
    public int States => _states.Count;

    /// <summary>Gets the number of edges.</summary>
    public long Edges { get; private set; }

    /// <summary>Gets the size of all tables in bytes.</summary>
    public long Bytes => _text.Bytes + _states.Bytes + _blocks.Bytes + (_occurrences?.Bytes ?? 0);

    /// <summary>
    /// Gets the state of the longest suffix of the current document that also ends earlier, or in an earlier document; the
    /// root if there is none. Its length is <see cref="MatchLength"/>. (The suffix link of <see cref="Last"/>, without any
    /// tracking: paper 3.3 reaches it by "Transfer" before each "Expand".)
    /// </summary>
    public int Match { get; private set; }

    /// <summary>Gets the length of the string of <see cref="Match"/>.</summary>
    public int MatchLength { get; private set; }

    /// <summary>Ends the current document, if it has any token: no string goes on over this place.</summary>
    public void BeginDocument()
    {
        if (_text.Count > 0 && _text[_text.Count - 1] != Separator)
        {
            _text.Add(Separator);
        }

        (Last, Match, MatchLength) = (Root, Root, 0);
    }

    /// <summary>Appends a token to the current document.</summary>
    /// <param name="token">Its id, zero or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The id is negative.</exception>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxTokens"/> already.</exception>
    public void Append(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        var end = _text.Count < MaxTokens - 1 ? _text.Add(token)
            : throw new InvalidOperationException($"the automaton has {MaxTokens} tokens and cannot grow");
        var known = Next(Last, token); // only in a document that begins as an earlier one does
        if (known >= 0)
        {
            var isWhole = _states[known].Length == _states[Last].Length + 1;
            Last = isWhole ? known : Clone(known, Last, token);
            (Match, MatchLength) = (Last, _states[Last].Length);
        }
        else
        {
            Last = Extend(token, end);
            Match = _states[Last].Link;
            MatchLength = _states[Match].Length;
        }

        Count(end);
    }

    /// <summary>Appends tokens.</summary>
    public void Append(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            Append(token);
        }
    }

    /// <summary>Appends documents, as <see cref="Text"/> holds them.</summary>
    /// <param name="text">Tokens, and <see cref="Separator"/> between documents.</param>
    public void AppendDocuments(ReadOnlySpan<int> text)
    {
        BeginDocument();
        foreach (var token in text)
        {
            if (token == Separator)
            {
                BeginDocument();
            }
            else
            {
                Append(token);
            }
        }
    }

    /// <summary>Returns the state behind a token, or <see cref="None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next(int state, int token)
    {
        fixed (State* from = &_states[state])
        {
            return Next(from, token);
        }
    }

    /// <summary>Returns the suffix link: the state of the longest suffix in another class; <see cref="None"/> for the root.</summary>
    public int Link(int state) => _states[state].Link;

    /// <summary>Returns the length of the longest string of a state.</summary>
    public int Length(int state) => _states[state].Length;

    /// <summary>Returns where in <see cref="Text"/> the first occurrence of a state's strings ends; -1 for the root.</summary>
    public int FirstEnd(int state) => _states[state].FirstEnd;

    /// <summary>Returns where in <see cref="Text"/> the latest counted occurrence of a state's strings ends.</summary>
    /// <exception cref="InvalidOperationException">The automaton has no statistics.</exception>
    public int LastEnd(int state) => Statistics[state].LastEnd;

    /// <summary>Returns how often a state's strings occur; see <see cref="CountedLinks"/>. Of the root, the number of tokens.</summary>
    /// <exception cref="InvalidOperationException">The automaton has no statistics.</exception>
    public int Occurs(int state) => Statistics[state].Count;

    /// <summary>Returns how many edges leave a state.</summary>
    public int Degree(int state) => _states[state].Edge switch
    {
        >= 0 => 1,
        None => 0,
        var edge => _blocks.Count(Block(edge)),
    };

    /// <summary>Returns the edges that leave a state, in no particular order.</summary>
    public IEnumerable<Edge> EdgesOf(int state) => _states[state].Edge switch
    {
        >= 0 and var target => [new Edge(_text[_states[target].FirstEnd], target)],
        None => [],
        var edge => _blocks[Block(edge)],
    };

    /// <summary>Returns the target of the only edge of a state, <see cref="None"/>, or less if there are several.</summary>
    internal int OnlyTarget(int state) => _states[state].Edge;

    /// <summary>Copies the edges that leave a state, in no particular order.</summary>
    internal void CopyEdges(int state, Span<Edge> destination)
    {
        var edge = _states[state].Edge;
        if (edge >= 0)
        {
            destination[0] = new Edge(_text[_states[edge].FirstEnd], edge);
        }
        else if (edge != None)
        {
            _blocks.CopyTo(Block(edge), destination);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _text.Dispose();
        _states.Dispose();
        _occurrences?.Dispose();
        _blocks.Dispose();
    }

    private NativeList<Occurrences> Statistics =>
        _occurrences ?? throw new InvalidOperationException("the automaton was made without statistics");

    // Blocks are negative edges below None.
    private static int Block(int edge) => -2 - edge;

    private static NativeList<State> NewStates()
    {
        var states = new NativeList<State>();
        states.Add(new State(0, None, -1, None));
        return states;
    }

    private static NativeList<Occurrences> NewOccurrences()
    {
        var occurrences = new NativeList<Occurrences>();
        occurrences.Add(new Occurrences(0, -1));
        return occurrences;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Next(State* from, int token)
    {
        var edge = from->Edge;
        return edge < None ? _blocks.Find(Block(edge), token)
            : edge != None && from->MayRead(token) && OnlyToken(from) == token ? edge : None;
    }

    // What an only edge reads stands behind the first occurrence, unless that ends its document.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int OnlyToken(State* from)
    {
        var text = _text.Items;
        var token = text[from->FirstEnd + 1];
        return token != Separator ? token : text[_states.Items[from->Edge].FirstEnd];
    }

    private int Extend(int token, int end)
    {
        var state = Add(new State(_states[Last].Length + 1, Root, end, None), default);
        var states = _states.Items;
        var (from, known) = (Last, None);
        while (from != None)
        {
            var at = states + from;
            var link = at->Link;
            Prefetch(states, link, token);
            known = Next(at, token);
            if (known != None)
            {
                break;
            }

            Connect(at, token, state);
            from = link;
        }

        if (from != None)
        {
            var isWhole = states[known].Length == states[from].Length + 1;
            var link = isWhole ? known : Clone(known, from, token); // adds a state: before any reference to one
            _states.Items[state].Link = link;
        }

        return state;
    }

    // The edges of the next state on the way up, and the state after it, are under way while this one is searched.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(State* states, int state, int token)
    {
        if (state > Root)
        {
            var next = states + state;
            _states.Prefetch(next->Link);
            _blocks.Prefetch(Block(next->Edge), token);
        }
    }

    // The strings of a state up to a length begin to occur more often than the longer ones: they get a state of their own.
    private int Clone(int known, int from, int token)
    {
        var original = _states[known];
        var edge = original.Edge < None ? -2 - _blocks.Copy(Block(original.Edge)) : original.Edge;
        Edges += Degree(known);
        var clone = Add(
            original.Shortened(_states[from].Length + 1, edge),
            hasStatistics ? _occurrences![known] : default);
        var states = _states.Items;
        states[known].Link = clone;
        for (var link = from; link != None && Redirect(states + link, new Edge(token, known), clone); link = states[link].Link)
        {
        }

        return clone;
    }

    private bool Redirect(State* from, Edge known, int target)
    {
        var edge = from->Edge;
        if (edge < None)
        {
            return _blocks.Redirect(Block(edge), known, target);
        }

        var isKnown = edge == known.Target;
        from->Edge = isKnown ? target : edge;
        return isKnown;
    }

    private int Add(State state, Occurrences occurrences)
    {
        _occurrences?.Add(occurrences);
        return _states.Add(state);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Connect(State* from, int token, int target)
    {
        var edge = from->Edge;
        if (edge == None)
        {
            from->SetOnly(token, target);
        }
        else
        {
            var added = new Edge(token, target);
            from->Edge = -2 - (edge < None ? _blocks.Add(Block(edge), added) : _blocks.Create(new Edge(OnlyToken(from), edge), added));
        }

        Edges++;
    }

    private void Count(int end)
    {
        if (_occurrences is not { } occurrences)
        {
            return;
        }

        var state = Last;
        for (var links = 0; links < CountedLinks && state != Root; links++, state = _states[state].Link)
        {
            occurrences[state] = new Occurrences(occurrences[state].Count + 1, end);
        }

        occurrences[Root] = new Occurrences(occurrences[Root].Count + 1, end);
    }

    // Four bits of the hash of an only edge's token lie beside length and end: they spare most looks at its target and the text.
    private struct State(int length, int link, int firstEnd, int edge)
    {
        public int Link = link;
        public int Edge = edge; // a target, None, or less for a block

        private const uint Mask = MaxTokens - 1;
        private const int HashBits = 2;

        private uint _length = (uint)length;
        private uint _firstEnd = (uint)(firstEnd + 1);

        public readonly int Length => (int)(_length & Mask);

        public readonly int FirstEnd => (int)(_firstEnd & Mask) - 1;

        /// <summary>Returns whether the only edge may read a token; if not, it does not.</summary>
        public readonly bool MayRead(int token)
        {
            var hash = Hash(token);
            return ((_length ^ hash) | (_firstEnd ^ (hash << HashBits))) <= Mask;
        }

        /// <summary>Sets the first edge.</summary>
        public void SetOnly(int token, int target)
        {
            var hash = Hash(token);
            (Edge, _length, _firstEnd) = (target, (_length & Mask) | (hash & ~Mask), (_firstEnd & Mask) | ((hash << HashBits) & ~Mask));
        }

        /// <summary>Returns the state of shorter strings with other edges of the same tokens.</summary>
        public readonly State Shortened(int length, int edge) => this with { _length = (_length & ~Mask) | (uint)length, Edge = edge };

        private static uint Hash(int token) => (uint)token * 0x9E3779B1u;
    }

    private readonly record struct Occurrences(int Count, int LastEnd);
}
