using System.Buffers.Binary;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Writes a run of nodes into memory; several may do so at once. Made once and used for many runs.</summary>
/// <param name="automaton">The automaton.</param>
/// <param name="nodes">Its nodes.</param>
/// <param name="tokenBytes">The bytes of a token in the file.</param>
internal sealed class NodeBlock(SuffixAutomaton automaton, SegmentNodes nodes, int tokenBytes)
{
    private byte[] _bytes = [];
    private Edge[] _edges = new Edge[64];
    private ulong[] _keys = new ulong[64];
    private long _start;
    private int _size;

    /// <summary>Gets the bytes of the last run.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _size);

    /// <summary>Writes a run of nodes.</summary>
    /// <param name="first">The first node.</param>
    /// <param name="end">The node behind the last.</param>
    /// <param name="start">Where the first begins, in bytes.</param>
    /// <param name="size">The size of all.</param>
    public void Fill(int first, int end, long start, int size)
    {
        if (_bytes.Length < size)
        {
            _bytes = new byte[size];
        }

        (_start, _size) = (start, size);
        _bytes.AsSpan(0, size).Clear();
        for (var node = first; node < end; node++)
        {
            if (nodes[node].Address != FrozenNode.NotWritten)
            {
                Fill(nodes[node]);
            }
        }
    }

    private void Fill(in FrozenNode node)
    {
        var degree = automaton.Degree(node.State);
        if (_edges.Length < degree)
        {
            (_edges, _keys) = (new Edge[2 * degree], new ulong[2 * degree]);
        }

        var edges = _edges.AsSpan(0, degree);
        automaton.CopyEdges(node.State, edges);
        Sort(edges);

        var into = _bytes.AsSpan((int)(((long)node.Address * IndexFormat.Unit) - _start));
        var link = node.State == SuffixAutomaton.Root ? 0 : nodes[nodes.NodeOf(automaton.Link(node.State))].Address;
        BinaryPrimitives.WriteUInt32LittleEndian(into, link);
        BinaryPrimitives.WriteInt32LittleEndian(into[4..], automaton.Length(node.State));
        BinaryPrimitives.WriteInt32LittleEndian(into[8..], node.FirstEnd);
        BinaryPrimitives.WriteInt32LittleEndian(into[12..], node.Count);
        BinaryPrimitives.WriteInt32LittleEndian(into[16..], degree);
        Fill(edges, into);
    }

    // By the tokens' hashes; plain numbers are sorted faster than edges.
    private void Sort(Span<Edge> edges)
    {
        var keys = _keys.AsSpan(0, edges.Length);
        for (var edge = 0; edge < edges.Length; edge++)
        {
            keys[edge] = ((ulong)IndexFormat.Hash(edges[edge].Token) << 32) | (uint)edges[edge].Target;
        }

        keys.Sort();
        for (var edge = 0; edge < edges.Length; edge++)
        {
            edges[edge] = new Edge(IndexFormat.TokenOf((uint)(keys[edge] >> 32)), (int)(uint)keys[edge]);
        }
    }

    private void Fill(ReadOnlySpan<Edge> edges, Span<byte> into)
    {
        var longEdges = 0;
        for (var edge = 0; edge < edges.Length; edge++)
        {
            var (token, state) = edges[edge];
            var record = into[(IndexFormat.NodeBytes + (edge * (tokenBytes + IndexFormat.EdgeBytes)))..];
            TokenText.Write(record[IndexFormat.EdgeBytes..], token, tokenBytes);
            var end = nodes.NodeOf(state);
            ref readonly var target = ref nodes[end];
            var field = IndexFormat.DocumentEnd | (uint)automaton.FirstEnd(state);
            if (target.Address != FrozenNode.NotWritten)
            {
                var length = nodes.EdgeLength(state, end);
                var isLong = length >= IndexFormat.LongEdge;
                BinaryPrimitives.WriteUInt16LittleEndian(record[sizeof(uint)..], (ushort)(isLong ? IndexFormat.LongEdge : length));
                field = target.Address;
                if (isLong)
                {
                    var place = into[(int)IndexFormat.SizeOf(edges.Length, tokenBytes, longEdges)..];
                    BinaryPrimitives.WriteUInt32LittleEndian(place, field);
                    BinaryPrimitives.WriteInt32LittleEndian(place[sizeof(uint)..], length);
                    field = (uint)longEdges++;
                }
            }

            BinaryPrimitives.WriteUInt32LittleEndian(record, field);
        }
    }
}
