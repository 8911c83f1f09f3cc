using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// The frozen automaton of some documents: a compact directed acyclic word graph (Blumer et al., 1987), which is the
/// generalised suffix automaton without its states that have one continuation. Such a state is a place on an edge; an edge's
/// label is read in the text, where the first occurrence of its target ends. Reading is safe from several threads, checks
/// every place that it reads, and ends even if the file is damaged, since each step back makes the string shorter.
/// </summary>
[SkipLocalsInit] // inlined, the cursors of a step are hundreds of bytes that would be zeroed at each token
public sealed unsafe class IndexSegment
{
    private readonly string _name;
    private readonly long _offset;
    private readonly int _tokenBytes;
    private readonly FrequentFollowers _frequent;
    private byte* _nodes;
    private byte* _text;
    private ulong _nodeBytes;
    private uint _symbols;

    internal IndexSegment(MappedFile file, in SegmentPlace place, int tokenBytes)
    {
        (_name, _offset, _tokenBytes) = (file.Name, place.NodesOffset, tokenBytes);
        _text = (byte*)file.AddressOf(place.TextOffset, place.TextSection(tokenBytes));
        _nodes = (byte*)file.AddressOf(place.NodesOffset, place.NodesSection);
        (_symbols, _nodeBytes) = ((uint)place.Symbols, (ulong)place.NodesBytes);
        _frequent = new FrequentFollowers(this);
    }

    /// <summary>Gets the number of tokens, with a separator between two documents.</summary>
    public int Symbols => (int)_symbols;

    /// <summary>Reads a token; amortised a constant number of steps.</summary>
    /// <param name="cursor">The longest suffix of the stream so far.</param>
    /// <param name="token">The token; any that is not negative.</param>
    /// <returns>The longest suffix of the stream, the token included, that occurs in one of the documents.</returns>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public IndexCursor Advance(in IndexCursor cursor, int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        var at = cursor;
        while (true)
        {
            if (at.IsOnEdge)
            {
                if (Symbol(at.End + 1) == token)
                {
                    return at.Rest == 1
                        ? AtNode((uint)at.Target, at.Length + 1)
                        : new IndexCursor(at.Node, at.Target, at.Offset + 1, at.Rest - 1, at.Length + 1, at.End + 1);
                }
            }
            else
            {
                var node = Node(at.Node);
                Prefetch(node.Link);
                var edge = node.Find(token);
                if (edge >= 0)
                {
                    var (target, length, place) = EdgeOf(at.Node, node, edge);
                    return length == 1 ? AtNode((uint)target, at.Length + 1) : OnEdge(at.Node, target, length, place, 1, at.Length + 1);
                }
            }

            if (at.Length == 0)
            {
                return default;
            }

            at = Shorter(at);
        }
    }

    /// <summary>
    /// Returns the longest suffix that occurs more often (the suffix link); the empty string, which occurs as often as there
    /// are tokens, for itself.
    /// </summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public IndexCursor Link(in IndexCursor cursor)
    {
        if (cursor.Length == 0)
        {
            return default;
        }

        var (at, count) = (cursor, Occurs(cursor));
        do
        {
            at = Shorter(at);
        }
        while (at.Length > 0 && Occurs(at) <= count);
        return at;
    }

    /// <summary>Returns how often a string occurs; the empty string, as often as there are tokens.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public int Occurs(in IndexCursor cursor) =>
        !cursor.IsOnEdge ? Node(cursor.Node).Count : cursor.Target == IndexCursor.DocumentEnd ? 1 : Node((uint)cursor.Target).Count;

    /// <summary>Returns how many different tokens follow a string.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public int Degree(in IndexCursor cursor) =>
        !cursor.IsOnEdge ? Node(cursor.Node).Degree : Symbol(cursor.End + 1) >= 0 ? 1 : 0;

    /// <summary>Returns the tokens that follow a string, with the number of times, in no particular order.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public IndexFollowers Followers(in IndexCursor cursor) => new(this, cursor);

    /// <summary>
    /// Gives the most frequent tokens that follow a string, in falling order; at most 1024 where more than 16 follow. Those
    /// many are enumerated once.
    /// </summary>
    /// <param name="cursor">The string.</param>
    /// <param name="followers">Where they go; its length is how many are wanted.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public int FrequentFollowers(in IndexCursor cursor, Span<IndexFollower> followers) => _frequent.Take(cursor, followers);

    /// <summary>Reads what follows the first occurrence of a string, up to the end of its document.</summary>
    /// <param name="cursor">The string; behind the empty one nothing follows.</param>
    /// <param name="continuation">Where the tokens go; its length is how many are wanted.</param>
    /// <returns>How many there are.</returns>
    public int Continuation(in IndexCursor cursor, Span<int> continuation)
    {
        var count = 0;
        if (cursor.Length > 0)
        {
            count = _tokenBytes == sizeof(ushort) ? CopyShort(cursor.End + 1, continuation) : 0;
            for (int token; count < continuation.Length && (token = Symbol(cursor.End + 1 + count)) >= 0; count++)
            {
                continuation[count] = token;
            }
        }

        return count;
    }

    /// <summary>Returns a token that follows a string.</summary>
    internal IndexFollower Follower(in IndexCursor cursor, int number)
    {
        if (cursor.IsOnEdge)
        {
            return new IndexFollower(Symbol(cursor.End + 1), Occurs(cursor));
        }

        var node = Node(cursor.Node);
        if ((uint)number >= (uint)node.Degree)
        {
            Refuse(cursor.Node, "the node has fewer edges than before");
        }

        var (target, _, _) = EdgeOf(cursor.Node, node, number);
        return new IndexFollower(node.Token(number), target == IndexCursor.DocumentEnd ? 1 : Node((uint)target).Count);
    }

    /// <summary>Ends all reading: nothing of the mapping is touched any more.</summary>
    internal void Close()
    {
        (_nodeBytes, _symbols) = (0, 0);
        _nodes = null;
        _text = null;
    }

    // Copies tokens of two bytes, as many as there are before the vector that holds a separator.
    private int CopyShort(int start, Span<int> tokens)
    {
        var count = 0;
        for (; count + Vector256<ushort>.Count <= tokens.Length && (ulong)(uint)start + (uint)(count + Vector256<ushort>.Count) <= _symbols; count += Vector256<ushort>.Count)
        {
            var narrow = Vector256.Load((ushort*)_text + start + count);
            if (Vector256.EqualsAny(narrow, Vector256<ushort>.AllBitsSet))
            {
                break;
            }

            var (low, high) = Vector256.Widen(narrow);
            low.AsInt32().CopyTo(tokens[count..]);
            high.AsInt32().CopyTo(tokens[(count + Vector256<int>.Count)..]);
        }

        return count;
    }

    // The next string to try where a token does not follow: what the node's link stands for, with the tokens of the edge.
    private IndexCursor Shorter(in IndexCursor at)
    {
        var start = at.End - at.Offset + 1;
        var shorter = default(IndexCursor);
        if (at.Node == 0)
        {
            shorter = Descend(0, start + 1, at.Offset - 1, at.Offset - 1);
        }
        else
        {
            var link = Node(at.Node).Link;
            if (link >= at.Node)
            {
                Refuse(at.Node, $"the link {link} does not lead to a node before it");
            }

            var node = Node(link);
            Prefetch(node.Link);
            shorter = Descend(link, start, at.Offset, node.Length + at.Offset);
        }

        if ((uint)shorter.Length >= (uint)at.Length)
        {
            Refuse(at.Node, $"the link leads to a string of {shorter.Length} tokens, no shorter than {at.Length}");
        }

        return shorter.Length == 0 ? default : shorter;
    }

    // Walks over tokens of the text that are known to occur here: the first token of each edge decides.
    private IndexCursor Descend(uint address, int start, int count, int length)
    {
        while (count > 0)
        {
            var node = Node(address);
            var edge = node.Find(Symbol(start));
            if (edge < 0)
            {
                Refuse(address, "an edge is missing");
            }

            var (target, edgeLength, place) = EdgeOf(address, node, edge);
            if (edgeLength > count)
            {
                return OnEdge(address, target, edgeLength, place, count, length);
            }

            (address, start, count) = ((uint)target, start + edgeLength, count - edgeLength);
        }

        return AtNode(address, length);
    }

    private IndexCursor AtNode(uint address, int length)
    {
        var node = Node(address);
        Prefetch(node.Link);
        return new(address, 0, 0, 0, length, node.FirstEnd);
    }

    private IndexCursor OnEdge(uint address, int target, int edgeLength, int place, int offset, int length)
    {
        var start = target == IndexCursor.DocumentEnd ? place : Node((uint)target).FirstEnd - edgeLength + 1;
        return new IndexCursor(address, target, offset, edgeLength - offset, length, start + offset - 1);
    }

    // An edge to a document's end has no known length; its place is where its first token is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (int Target, int Length, int Place) EdgeOf(uint address, IndexNode node, int edge)
    {
        var (target, length) = (node.Target(edge), node.EdgeLength(edge));
        if (target >= IndexFormat.DocumentEnd)
        {
            return (IndexCursor.DocumentEnd, int.MaxValue, (int)(target & ~IndexFormat.DocumentEnd));
        }

        if (length == IndexFormat.LongEdge)
        {
            return LongEdge(address, node, (int)target);
        }

        if (length == 0)
        {
            Refuse(address, "an edge has no length");
        }

        return ((int)target, length, 0);
    }

    private (int Target, int Length, int Place) LongEdge(uint address, IndexNode node, int number)
    {
        var offset = ((ulong)address * IndexFormat.Unit)
            + (ulong)IndexFormat.SizeOf(node.Degree, _tokenBytes, number);
        if (offset + IndexFormat.LongEdgeBytes > _nodeBytes)
        {
            Refuse(address, "a long edge lies outside");
        }

        var place = (int*)(_nodes + offset);
        if (place[0] < 0 || place[1] < 1)
        {
            Refuse(address, $"a long edge of length {place[1]} leads to {place[0]}");
        }

        return (place[0], place[1], 0);
    }

    // The next node on the way back is under way while this one is searched; no address of any kind harms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(uint address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(_nodes + ((ulong)address * IndexFormat.Unit));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private IndexNode Node(uint address)
    {
        var offset = (ulong)address * IndexFormat.Unit;
        if (offset + IndexFormat.NodeBytes > _nodeBytes)
        {
            Refuse(address, "there is no node");
        }

        var start = (uint*)(_nodes + offset);
        var degree = start[4];
        if (degree > int.MaxValue
            || offset + IndexFormat.NodeBytes + ((ulong)degree * (uint)(_tokenBytes + IndexFormat.EdgeBytes)) > _nodeBytes)
        {
            Refuse(address, $"the node has {degree} edges");
        }

        return new IndexNode(start, _tokenBytes);
    }

    // A token of the text; -1 between documents and outside.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Symbol(int place)
    {
        if ((uint)place >= _symbols)
        {
            return -1;
        }

        if (_tokenBytes == 2)
        {
            var token = ((ushort*)_text)[place];
            return token == ushort.MaxValue ? -1 : token;
        }

        var wide = Unsafe.ReadUnaligned<uint>(_text + (3L * place)) & 0xFF_FFFF;
        return wide == 0xFF_FFFF ? -1 : (int)wide;
    }

    [DoesNotReturn]
    private void Refuse(uint address, string problem)
    {
        ObjectDisposedException.ThrowIf(_nodes is null, this);
        throw new MalformedFileException(
            _name, _offset + ((long)address * IndexFormat.Unit), $"{problem}: the index is damaged; build it again");
    }
}
