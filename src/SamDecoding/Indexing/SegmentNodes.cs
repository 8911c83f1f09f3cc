using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// Which states of an automaton become nodes: the root, those with several continuations and those that a document ends
/// with. They are in the order of their lengths, so that links lead back and edges lead on, and short, frequent strings lie
/// together.
/// </summary>
internal sealed class SegmentNodes : IDisposable
{
    private const int Unknown = int.MaxValue;
    private const int Branching = int.MinValue;
    private const int Terminal = int.MinValue + 1;

    private readonly SuffixAutomaton _automaton;
    private readonly int _tokenBytes;
    private readonly NativeList<int> _nodeOf = new();  // [state]: ~node of a node, else the node that all its continuations reach
    private readonly NativeList<FrozenNode> _nodes = new();
    private Edge[] _edges = new Edge[64];
    private bool _hasLongEdges; // or may have

    /// <summary>Finds the nodes.</summary>
    /// <param name="automaton">The automaton; it stays the caller's and does not grow meanwhile.</param>
    /// <param name="documentEnds">The state of each whole document.</param>
    /// <param name="tokenBytes">The bytes of a token in the file.</param>
    public SegmentNodes(SuffixAutomaton automaton, IReadOnlyList<int> documentEnds, int tokenBytes)
    {
        (_automaton, _tokenBytes) = (automaton, tokenBytes);
        Mark(documentEnds);
        Order();
        Contract();
        Count(documentEnds);
        Place();
    }

    /// <summary>Gets the number of nodes, unwritten ones among them.</summary>
    public int Nodes => _nodes.Count;

    /// <summary>Gets the number of nodes in the file.</summary>
    public long WrittenNodes { get; private set; }

    /// <summary>Gets the number of edges.</summary>
    public long Edges { get; private set; }

    /// <summary>Gets the size of all nodes in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets a node.</summary>
    public ref readonly FrozenNode this[int node] => ref _nodes[node];

    /// <summary>Returns the node of a state, or the one that all continuations of the state reach.</summary>
    public int NodeOf(int state)
    {
        var node = _nodeOf[state];
        return node < 0 ? ~node : node;
    }

    /// <summary>Returns the length of an edge: its label begins where a state ends first, and ends where its target does.</summary>
    /// <param name="state">The state behind the first token.</param>
    /// <param name="target">The node that the edge leads to.</param>
    public int EdgeLength(int state, int target) => _nodes[target].FirstEnd - _automaton.FirstEnd(state) + 1;

    /// <inheritdoc/>
    public void Dispose()
    {
        _nodeOf.Dispose();
        _nodes.Dispose();
    }

    private void Mark(IReadOnlyList<int> documentEnds)
    {
        _nodeOf.AddRange(_automaton.States);
        for (var state = 0; state < _automaton.States; state++)
        {
            _nodeOf[state] = _automaton.OnlyTarget(state) < SuffixAutomaton.None ? Branching : Unknown;
        }

        _nodeOf[SuffixAutomaton.Root] = Branching;
        foreach (var end in documentEnds)
        {
            // The suffixes of a whole document end it, too. Those of a node that branches branch as well.
            for (var state = end; _nodeOf[state] == Unknown; state = _automaton.Link(state))
            {
                _nodeOf[state] = Terminal;
            }
        }
    }

    private bool IsNode(int state) => _nodeOf[state] <= Terminal;

    // Counting sort by length.
    private void Order()
    {
        using var places = new NativeList<int>();
        var (longest, nodes) = (0, 0);
        for (var state = 0; state < _automaton.States; state++)
        {
            if (IsNode(state))
            {
                longest = Math.Max(longest, _automaton.Length(state));
                nodes++;
            }
        }

        _hasLongEdges = longest >= IndexFormat.LongEdge;
        places.AddRange(longest + 2);
        for (var length = 0; length < longest + 2; length++)
        {
            places[length] = 0;
        }

        for (var state = 0; state < _automaton.States; state++)
        {
            if (IsNode(state))
            {
                places[_automaton.Length(state) + 1]++;
            }
        }

        for (var length = 0; length <= longest; length++)
        {
            places[length + 1] += places[length];
        }

        _nodes.AddRange(nodes);
        for (var state = 0; state < _automaton.States; state++)
        {
            if (IsNode(state))
            {
                var node = places[_automaton.Length(state)]++;
                _nodes[node] = new FrozenNode { State = state, FirstEnd = _automaton.FirstEnd(state) };
                _nodeOf[state] = ~node;
            }
        }
    }

    // Each state with one continuation learns where it ends; a way is walked twice at most.
    private void Contract()
    {
        for (var first = _automaton.States - 1; first >= 0; first--)
        {
            var state = first;
            while (_nodeOf[state] == Unknown)
            {
                state = _automaton.OnlyTarget(state);
            }

            var node = NodeOf(state);
            for (state = first; _nodeOf[state] == Unknown; state = _automaton.OnlyTarget(state))
            {
                _nodeOf[state] = node;
            }
        }
    }

    // An occurrence of a string goes on with a token or ends a document. Targets are longer, so they come first.
    private void Count(IReadOnlyList<int> documentEnds)
    {
        foreach (var end in documentEnds)
        {
            _nodes[NodeOf(end)].Count++;
        }

        for (var number = _nodes.Count - 1; number > 0; number--)
        {
            _nodes[NodeOf(_automaton.Link(_nodes[number].State))].Count += _nodes[number].Count;
        }

        _nodes[0].Count = 0; // the empty string is not counted at the ends

        for (var number = _nodes.Count - 1; number >= 0; number--)
        {
            ref var node = ref _nodes[number];
            foreach (var (_, target) in EdgesOf(node.State))
            {
                var end = NodeOf(target);
                node.Count += _nodes[end].Count;
                node.Address += _hasLongEdges && IsLong(target, end) ? 1u : 0;
            }
        }
    }

    private bool IsLong(int state, int target) =>
        !(_nodes[target].Count == 1 && _automaton.OnlyTarget(_nodes[target].State) == SuffixAutomaton.None)
        && EdgeLength(state, target) >= IndexFormat.LongEdge;

    private void Place()
    {
        for (var number = 0; number < _nodes.Count; number++)
        {
            ref var node = ref _nodes[number];
            var degree = _automaton.Degree(node.State);
            if (degree == 0 && node.Count == 1)
            {
                node.Address = FrozenNode.NotWritten;
                continue;
            }

            var size = IndexFormat.SizeOf(degree, _tokenBytes, node.Address);
            node.Address = checked((uint)(Bytes / IndexFormat.Unit));
            (WrittenNodes, Edges, Bytes) = (WrittenNodes + 1, Edges + degree, Bytes + size);
        }

        if (Bytes / IndexFormat.Unit >= IndexFormat.DocumentEnd)
        {
            throw new InvalidOperationException($"a segment has {Bytes} bytes of nodes, more than addresses reach");
        }
    }

    private ReadOnlySpan<Edge> EdgesOf(int state)
    {
        var degree = _automaton.Degree(state);
        if (_edges.Length < degree)
        {
            _edges = new Edge[2 * degree];
        }

        _automaton.CopyEdges(state, _edges);
        return _edges.AsSpan(0, degree);
    }
}
