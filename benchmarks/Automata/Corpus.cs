using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Benchmarks.Automata;

/// <summary>Documents to index, and a stream of text of the same kind that is not among them.</summary>
/// <param name="Name">What it consists of.</param>
/// <param name="Vocabulary">The number of ids.</param>
/// <param name="Hash">The tokenizer's hash.</param>
/// <param name="Documents">The documents.</param>
/// <param name="Stream">The other text.</param>
internal sealed record Corpus(string Name, int Vocabulary, byte[] Hash, IReadOnlyList<int[]> Documents, int[] Stream)
{
    private const int DocumentTokens = 4096;
    private const int HeldOut = 25; // one document of so many
    private const int MostStreamed = 300_000;
    private const double CharactersPerToken = 3.5; // fewer than any text here has
    private static readonly string[] Folders = ["text/gutenberg", "text/tinystories", "text/wikitext2", "text"];

    /// <summary>Reads books, stories and articles with Llama 2's tokenizer, or else makes a text up.</summary>
    /// <param name="tokens">How many tokens are needed.</param>
    public static Corpus Read(int tokens)
    {
        var isReal = TokenizerPair.DataFolder is not null;
        var tokenizer = TokenizerPair.Create(isReal ? "llama-2" : "trained").Own;
        var texts = isReal
            ? Folders.SelectMany(folder => Directory.GetFiles(Path.Join(TokenizerPair.DataFolder, folder), "*.txt").Order(StringComparer.Ordinal)).Select(File.ReadAllText)
            : [SyntheticText.Create((int)(tokens * CharactersPerToken), seed: 2)];
        var pieces = texts.SelectMany(text => text.Chunk(1 << 16).Select(piece => new string(piece)));
        var ids = pieces.AsParallel().AsOrdered().Select(piece => tokenizer.Encode(piece).ToArray()).SelectMany(piece => piece).ToArray();
        var documents = ids.Chunk(DocumentTokens).ToArray();
        return new Corpus(
            isReal ? "books, stories and articles, Llama 2's tokenizer" : "synthetic text, a trained tokenizer",
            tokenizer.Vocabulary.Size,
            VocabularyHash.Of(tokenizer),
            [.. documents.Where((_, number) => number % HeldOut != 0)],
            [.. documents.Where((_, number) => number % HeldOut == 0).SelectMany(document => document).Take(MostStreamed)]);
    }

    /// <summary>Returns documents from everywhere in the corpus with so many tokens; all if it has fewer.</summary>
    public IReadOnlyList<int[]> Take(int tokens)
    {
        var wanted = Math.Max(1, (tokens + DocumentTokens - 1) / DocumentTokens);
        var step = Math.Max(1, (double)Documents.Count / wanted);
        return [.. Enumerable.Range(0, Math.Min(wanted, Documents.Count)).Select(number => Documents[(int)(number * step)])];
    }
}
