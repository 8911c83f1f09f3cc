using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Writes an automaton into a file as a segment.</summary>
/// <param name="automaton">The automaton.</param>
/// <param name="nodes">Its nodes.</param>
/// <param name="tokenBytes">The bytes of a token in the file.</param>
internal sealed class SegmentFreezer(SuffixAutomaton automaton, SegmentNodes nodes, int tokenBytes)
{
    private const int BlockBytes = 1 << 20; // of one thread at a time; a large node alone may have more

    private readonly NodeBlock[] _blocks =
        [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new NodeBlock(automaton, nodes, tokenBytes))];

    private int _next;   // the first node that is not written
    private long _done;  // where it begins

    /// <summary>Writes both sections at the end of a file.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public SegmentPlace Write(Stream file, CancellationToken cancellation)
    {
        var section = new SectionWriter(file);
        var textOffset = file.Position;
        var textChecksum = TokenText.Write(section, automaton.Text, tokenBytes);
        var nodesOffset = file.Position;
        var runs = new List<(int First, int End, long Start, int Size)>();
        while (_next < nodes.Nodes)
        {
            cancellation.ThrowIfCancellationRequested();
            runs.Clear();
            while (runs.Count < _blocks.Length && _next < nodes.Nodes)
            {
                runs.Add(Run());
            }

            Parallel.For(0, runs.Count, number =>
            {
                var (first, end, start, size) = runs[number];
                _blocks[number].Fill(first, end, start, size);
            });
            for (var number = 0; number < runs.Count; number++)
            {
                section.Write(_blocks[number].Bytes);
            }
        }

        return new SegmentPlace(automaton.Text.Length, textOffset, nodesOffset, nodes.Bytes, textChecksum, section.End());
    }

    private (int First, int End, long Start, int Size) Run()
    {
        var (first, start) = (_next, _done);
        while (_next < nodes.Nodes && _done - start < BlockBytes)
        {
            _next++;
            while (_next < nodes.Nodes && nodes[_next].Address == FrozenNode.NotWritten)
            {
                _next++;
            }

            _done = _next < nodes.Nodes ? (long)nodes[_next].Address * IndexFormat.Unit : nodes.Bytes;
        }

        return (first, _next, start, checked((int)(_done - start)));
    }
}
