using System.Runtime.InteropServices;
using System.Text;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Writes a snapshot of a cache into a file; answers that are added meanwhile may be in it or not.</summary>
/// <param name="file">The file, empty.</param>
internal sealed class AnswerSnapshotWriter(Stream file)
{
    private readonly SectionWriter _section = new(file);
    private long _content;
    private long _tokens;

    /// <summary>Writes the file.</summary>
    /// <param name="cache">The cache.</param>
    /// <param name="tokenizerHash">The SHA-256 of the vocabulary whose ids it holds.</param>
    /// <param name="vocabularySize">The number of ids.</param>
    public void Write(AnswerCache cache, ReadOnlyMemory<byte> tokenizerHash, int vocabularySize)
    {
        file.Write(new byte[AnswerSnapshotHeader.Size]);
        var spaces = cache.Namespaces;
        foreach (var space in spaces)
        {
            Write(space);
        }

        var header = new AnswerSnapshotHeader
        {
            TokenizerHash = tokenizerHash,
            VocabularySize = vocabularySize,
            Namespaces = spaces.Count,
            Checksum = _section.End(),
            Content = _content,
            Tokens = _tokens,
        };
        var end = file.Position;
        file.Position = 0;
        file.Write(header.ToBytes());
        file.Position = end;
    }

    private void Write(AnswerNamespace space)
    {
        var (generations, added) = space.Snapshot();
        var name = Encoding.ASCII.GetBytes(space.Name);
        Write([name.Length, generations.Length]);
        Write([added, space.Used]);
        Write(name);
        var numbers = new double[EscapeTable.Numbers];
        foreach (var table in space.Escapes.All)
        {
            table.CopyTo(numbers);
            Write(MemoryMarshal.AsBytes<double>(numbers));
        }

        Write(MemoryMarshal.AsBytes<double>(space.Recycled.Shares.Snapshot()));
        Write(MemoryMarshal.AsBytes<double>(space.Recycled.RestShares.Snapshot()));
        var rows = space.Recycled.Snapshot();
        Write([rows.Length / RecyclingTable.RowNumbers]);
        Write(rows);
        foreach (var generation in generations)
        {
            Write([generation.Symbols]);
            Write(MemoryMarshal.AsBytes(generation.Automaton.Text));
            _tokens += generation.Tokens;
        }
    }

    private void Write(ReadOnlySpan<int> numbers) => Write(MemoryMarshal.AsBytes(numbers));

    private void Write(ReadOnlySpan<long> numbers) => Write(MemoryMarshal.AsBytes(numbers));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _section.Write(bytes);
        _content += bytes.Length;
    }
}
