using System.Runtime.InteropServices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>
/// A frozen index of a corpus in a memory-mapped file: opening it reads nothing but its header and, for small files, its
/// checksums. It may be used by several threads; whoever disposes it makes sure that nobody reads any more.
/// </summary>
public sealed class SuffixIndex : IDisposable
{
    /// <summary>The largest file, in bytes, whose checksums are compared when it is opened unless asked otherwise.</summary>
    public const long VerifiedLength = 256L << 20;

    private readonly MappedFile _file;
    private readonly IndexHeader _header;
    private readonly SegmentPlace[] _places;
    private readonly IndexSegment[] _segments;

    private SuffixIndex(MappedFile file, IndexHeader header)
    {
        (_file, _header) = (file, header);
        var table = file.Slice(header.TableOffset, header.Segments * SegmentPlace.Size);
        IndexHeader.Kind.RequireChecksum(
            file.Name, "the segments' table", header.TableOffset, IndexFormat.Checksum(0, table), header.TableChecksum);
        _places = MemoryMarshal.Cast<byte, SegmentPlace>(table).ToArray();
        for (var number = 0; number < _places.Length; number++)
        {
            _places[number].Check(file.Name, number, header.TableOffset, header.TokenBytes);
        }

        _segments = [.. _places.Select(place => new IndexSegment(file, place, header.TokenBytes))];
    }

    /// <summary>Gets the path, for messages.</summary>
    public string Name => _file.Name;

    /// <summary>Gets the SHA-256 of the vocabulary whose ids the index holds.</summary>
    public ReadOnlySpan<byte> TokenizerHash => _header.TokenizerHash.Span;

    /// <summary>Gets the number of ids.</summary>
    public int VocabularySize => _header.VocabularySize;

    /// <summary>Gets the number of tokens.</summary>
    public long Tokens => _header.Tokens;

    /// <summary>Gets the number of documents.</summary>
    public long Documents => _header.Documents;

    /// <summary>Gets the number of nodes of all segments.</summary>
    public long Nodes => _header.Nodes;

    /// <summary>Gets the number of edges of all segments.</summary>
    public long Edges => _header.Edges;

    /// <summary>Gets the size in bytes.</summary>
    public long Bytes => _file.Length;

    /// <summary>Gets the segments: each is an automaton of some of the documents.</summary>
    public IReadOnlyList<IndexSegment> Segments => _segments;

    /// <summary>Opens an index.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tokenizerHash">The hash of the tokenizer it is used with; empty to look at an index for any.</param>
    /// <param name="verify">
    /// Whether the checksums are compared, which reads the whole file; by default, up to <see cref="VerifiedLength"/>.
    /// </param>
    /// <exception cref="LlmEfficiencyException">
    /// The file cannot be read, is no index, of another version, for another tokenizer, or damaged.
    /// </exception>
    public static SuffixIndex Open(string path, ReadOnlySpan<byte> tokenizerHash, bool? verify = null) =>
        Open(MappedFile.Open(path), tokenizerHash, verify);

    /// <summary>Compares the checksums of all segments; reads the whole file.</summary>
    /// <exception cref="MalformedFileException">The file is damaged.</exception>
    public void Verify()
    {
        foreach (var place in _places)
        {
            place.Verify(_file, _header.TokenBytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var segment in _segments)
        {
            segment.Close();
        }

        _file.Dispose();
    }

    /// <summary>Reads an index from a mapping, which it then owns.</summary>
    internal static SuffixIndex Open(MappedFile file, ReadOnlySpan<byte> tokenizerHash, bool? verify)
    {
        var isOpen = false;
        try
        {
            var index = new SuffixIndex(file, IndexHeader.Read(file, tokenizerHash));
            if (verify ?? file.Length <= VerifiedLength)
            {
                index.Verify();
            }

            isOpen = true;
            return index;
        }
        finally
        {
            if (!isOpen)
            {
                file.Dispose();
            }
        }
    }
}
