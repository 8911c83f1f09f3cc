using LlmEfficiency.Core.Storage;
using LlmEfficiency.SamDecoding.Automata;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.SamDecoding.Tests.Indexing;

/// <summary>A folder for index files that goes away, and what all of them are built with.</summary>
internal sealed class IndexFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("llmeff-index-").FullName;

    /// <summary>Gets the hash that files are built for.</summary>
    public static byte[] Hash { get; } = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    /// <summary>Returns a path in the folder.</summary>
    public string this[string name] => Path.Join(_path, name);

    /// <summary>Returns settings.</summary>
    public static IndexBuildSettings Settings(int vocabulary = 32000, int segmentTokens = 1 << 20) =>
        new() { TokenizerHash = Hash, VocabularySize = vocabulary, MaxSegmentTokens = segmentTokens };

    /// <summary>Builds an index.</summary>
    public string Build(int[][] documents, int vocabulary = 32000, int segmentTokens = 1 << 20)
    {
        var path = this["built.index"];
        SuffixIndexBuilder.Build(path, documents.Select(document => (ReadOnlyMemory<int>)document), Settings(vocabulary, segmentTokens));
        return path;
    }

    /// <summary>Builds an index and opens it.</summary>
    public SuffixIndex Open(int[][] documents, int vocabulary = 32000, int segmentTokens = 1 << 20) =>
        SuffixIndex.Open(Build(documents, vocabulary, segmentTokens), Hash);

    /// <summary>Builds an index in memory and opens it.</summary>
    public static SuffixIndex OpenInMemory(int[][] documents, int vocabulary = 32000)
    {
        using var file = new MemoryStream();
        using var build = new IndexBuild(file, Settings(vocabulary), null, CancellationToken.None);
        build.Run("memory", documents.Select(document => (ReadOnlyMemory<int>)document));
        return SuffixIndex.Open(MappedFile.FromBytes("memory", file.ToArray()), Hash, verify: true);
    }

    /// <summary>Builds the automaton of the same documents.</summary>
    public static SuffixAutomaton Automaton(int[][] documents)
    {
        var automaton = new SuffixAutomaton(hasStatistics: true);
        foreach (var document in documents)
        {
            automaton.BeginDocument();
            automaton.Append(document);
        }

        return automaton;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
