using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.SamDecoding.Automata;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>The building of one index: documents go into an automaton until it has its share of the memory; then it is frozen.</summary>
/// <param name="file">The file, empty.</param>
/// <param name="settings">How to build.</param>
/// <param name="progress">Told now and then.</param>
/// <param name="cancellation">Ends the work.</param>
internal sealed class IndexBuild(
    Stream file, IndexBuildSettings settings, IProgress<IndexBuildProgress>? progress, CancellationToken cancellation) : IDisposable
{
    private const int CheckedTokens = 1 << 12;   // tokens between looks at the memory
    private const int ReportedTokens = 1 << 18;  // tokens between reports
    private const double PeakShare = 1.5;        // the memory at the end of freezing, of the automaton's

    private readonly int _tokenBytes = IndexFormat.TokenBytes(settings.VocabularySize);
    private readonly List<SegmentPlace> _places = [];
    private readonly List<int> _documentEnds = [];
    private SuffixAutomaton _automaton = new();
    private bool _isOpen; // whether a document has tokens in the automaton and may get more
    private long _tokens;
    private long _segmentStart; // the tokens before the current segment
    private long _documents;
    private long _nodes;
    private long _edges;

    /// <summary>Reads all documents and writes the file.</summary>
    /// <param name="path">The final path, for messages.</param>
    /// <param name="documents">The documents.</param>
    public IndexBuildProgress Run(string path, IEnumerable<ReadOnlyMemory<int>> documents)
    {
        file.Write(new byte[IndexHeader.Size]);
        foreach (var document in documents)
        {
            if (!document.IsEmpty)
            {
                Read(path, document.Span);
            }
        }

        if (_automaton.Text.Length > 0)
        {
            Freeze();
        }

        if (_places.Count == 0)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: there is no token to index: give documents that are not empty");
        }

        Finish();
        Report();
        return Progress();
    }

    /// <inheritdoc/>
    public void Dispose() => _automaton.Dispose();

    private void Read(string path, ReadOnlySpan<int> document)
    {
        Check(path, document);
        _automaton.BeginDocument();
        while (!document.IsEmpty)
        {
            cancellation.ThrowIfCancellationRequested();
            var room = settings.MaxSegmentTokens - (_tokens - _segmentStart);
            var taken = (int)Math.Min(Math.Min(CheckedTokens, room), document.Length);
            _automaton.Append(document[..taken]);
            document = document[taken..];
            _isOpen = true;
            _tokens += taken;
            if (document.IsEmpty)
            {
                _documents++;
            }

            if (room == taken || _automaton.Bytes * PeakShare > settings.MemoryCap)
            {
                Freeze();
            }

            if (_tokens / ReportedTokens != (_tokens - taken) / ReportedTokens)
            {
                Report();
            }
        }

        EndDocument();
    }

    private void Check(string path, ReadOnlySpan<int> document)
    {
        var place = document.IndexOfAnyExceptInRange(0, settings.VocabularySize - 1);
        if (place >= 0)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{path}: document {_documents}: token {document[place]} at {place} is outside the vocabulary of {settings.VocabularySize}: use the tokenizer that the index is for");
        }
    }

    private void EndDocument()
    {
        if (_isOpen)
        {
            _documentEnds.Add(_automaton.Last);
            _isOpen = false;
        }
    }

    private void Freeze()
    {
        EndDocument();
        using (var nodes = new SegmentNodes(_automaton, _documentEnds, _tokenBytes))
        {
            _places.Add(new SegmentFreezer(_automaton, nodes, _tokenBytes).Write(file, cancellation));
            (_nodes, _edges) = (_nodes + nodes.WrittenNodes, _edges + nodes.Edges);
        }

        _automaton.Dispose();
        _automaton = new SuffixAutomaton();
        _documentEnds.Clear();
        _segmentStart = _tokens;
        Report();
    }

    private void Finish()
    {
        var table = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_places));
        var header = new IndexHeader
        {
            TokenizerHash = settings.TokenizerHash,
            VocabularySize = settings.VocabularySize,
            Segments = _places.Count,
            Tokens = _tokens,
            Documents = _documents,
            Nodes = _nodes,
            Edges = _edges,
            TableOffset = file.Position,
            TableChecksum = IndexFormat.Checksum(0, table),
        };
        file.Write(table);
        file.Position = 0;
        file.Write(header.ToBytes());
        file.Position = header.FileLength;
    }

    private void Report() => progress?.Report(Progress());

    private IndexBuildProgress Progress() => new(_tokens, _documents, _places.Count, file.Position);
}
