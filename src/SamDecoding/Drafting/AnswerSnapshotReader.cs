using System.Runtime.InteropServices;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.SamDecoding.Recycling;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>Reads the content of a snapshot: texts, of which the automata are built again, and what was learned.</summary>
/// <param name="file">The file.</param>
/// <param name="header">Its header.</param>
/// <param name="cache">Takes the namespaces in.</param>
internal sealed class AnswerSnapshotReader(MappedFile file, AnswerSnapshotHeader header, AnswerCache cache)
{
    private long _offset = AnswerSnapshotHeader.Size;
    private long _tokens;

    /// <summary>Reads all namespaces.</summary>
    /// <exception cref="LlmEfficiencyException">The file is damaged, or larger than the cache allows.</exception>
    public void Read()
    {
        var before = string.Empty;
        for (var number = 0; number < header.Namespaces; number++)
        {
            var space = ReadNamespace(before, $"namespace {number}");
            before = space.Name;
            cache.Restore(space);
        }

        Require("content", header.Content, _offset == header.End);
        Require("tokens", header.Tokens, header.Tokens == _tokens);
    }

    private AnswerNamespace ReadNamespace(string before, string place)
    {
        var (length, count) = (Number<int>(), Number<int>());
        var (added, used) = (Number<long>(), Number<long>());
        Require($"{place}: name_length", length, length is >= 1 and <= AnswerCache.LongestName);
        var name = Encoding.Latin1.GetString(Take(length));
        if (!AnswerCache.IsName(name) || string.CompareOrdinal(before, name) >= 0) // in order, so that no two are the same
        {
            throw Refusal($"{place}: its name");
        }

        Require($"{place}: used", used, used >= 0);
        var escapes = ReadEscapes(place);
        var recycled = ReadRecycled(place);
        // Each has a token at least: no list is larger than the file.
        Require($"{place}: generations", count, count >= 0 && count <= (header.End - _offset) / (2 * sizeof(int)));
        var generations = new AnswerGeneration[count];
        for (var number = 0; number < count; number++)
        {
            generations[number] = ReadGeneration($"{place}: generation {number}");
        }

        var answers = generations.Sum(generation => (long)generation.Answers);
        Require($"{place}: added", added, added >= answers);
        _tokens += generations.Sum(generation => (long)generation.Tokens);
        return new AnswerNamespace(cache, name, escapes, recycled, generations, added, used);
    }

    private SourceEscapes ReadEscapes(string place)
    {
        var tables = new EscapeTable[SourceEscapes.Kinds];
        for (var kind = 0; kind < tables.Length; kind++)
        {
            var numbers = MemoryMarshal.Cast<byte, double>(Take(EscapeTable.Numbers * sizeof(double)));
            tables[kind] = EscapeTable.Of(numbers) ?? throw Refusal($"{place}: the learned shares {kind}");
        }

        return SourceEscapes.Of(tables);
    }

    private RecyclingTable ReadRecycled(string place)
    {
        var (shares, restShares) = (ReadShares(), ReadShares());
        var count = Number<int>();
        Require($"{place}: recycled tokens", count, count >= 0 && count <= (header.End - _offset) / (RecyclingTable.RowNumbers * sizeof(int)));
        var rows = MemoryMarshal.Cast<byte, int>(Take(count * RecyclingTable.RowNumbers * sizeof(int)));
        return RecyclingTable.Of(shares, restShares, rows, header.VocabularySize) ?? throw Refusal($"{place}: the recycled tokens");

        RankShares ReadShares() => RankShares.Of(MemoryMarshal.Cast<byte, double>(Take(RankShares.Numbers * sizeof(double))))
            ?? throw Refusal($"{place}: the shares of recycled tokens");
    }

    private AnswerGeneration ReadGeneration(string place)
    {
        var symbols = Number<int>();
        // A text alone takes these bytes of the automaton.
        Require($"{place}: symbols", symbols, symbols >= 1 && symbols <= Math.Min(cache.MaxBytes, header.End - _offset) / sizeof(int));
        var text = MemoryMarshal.Cast<byte, int>(Take(symbols * sizeof(int)));
        var answers = 1;
        for (int at = 0, last = SuffixAutomaton.Separator; at < symbols; last = text[at++])
        {
            var isSeparator = text[at] == SuffixAutomaton.Separator;
            Require(
                $"{place}: symbol {at}", text[at], isSeparator ? last >= 0 && at < symbols - 1 : text[at] >= 0);
            answers += isSeparator ? 1 : 0;
        }

        var automaton = new SuffixAutomaton(hasStatistics: true);
        automaton.AppendDocuments(text);
        return new AnswerGeneration(automaton, answers);
    }

    private T Number<T>()
        where T : unmanaged => MemoryMarshal.Read<T>(Take(Marshal.SizeOf<T>()));

    private ReadOnlySpan<byte> Take(int length)
    {
        Require("content", header.Content, length <= header.End - _offset);
        _offset += length;
        return file.Slice(_offset - length, length);
    }

    private LlmEfficiencyException Refusal(string what) => FileKind.Refusal(
        file.Name, $"{what} cannot be: the {AnswerSnapshotHeader.Kind.ShortName} is damaged; {AnswerSnapshotHeader.Kind.Remedy}");

    private void Require(string field, long value, bool isValid) => AnswerSnapshotHeader.Kind.Require(file.Name, field, value, isValid);
}
