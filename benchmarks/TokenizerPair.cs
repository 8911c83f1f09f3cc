using System.Text;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.PreTokenization;
using LlmEfficiency.Core.Tokenization.Training;
using Microsoft.ML.Tokenizers;
using MicrosoftSplit = Microsoft.ML.Tokenizers.RegexPreTokenizer;

namespace LlmEfficiency.Benchmarks;

/// <summary>The same vocabulary in this project's tokenizer and in Microsoft.ML.Tokenizers alone.</summary>
/// <param name="Own">This project's.</param>
/// <param name="Microsoft">Microsoft's, with its defaults.</param>
internal sealed record TokenizerPair(ITokenizer Own, Tokenizer Microsoft)
{
    /// <summary>The variable that names a folder with real vocabularies and texts.</summary>
    public const string DataVariable = "LLMEFF_TEST_DATA";

    private const int TrainedSize = 8192;

    /// <summary>Gets the folder with real data, if there is one.</summary>
    public static string? DataFolder { get; } = Environment.GetEnvironmentVariable(DataVariable);

    /// <summary>Gets the vocabularies that can be measured here.</summary>
    public static IReadOnlyList<string> Names { get; } =
        DataFolder is null ? ["trained"] : ["trained", "llama-3", "llama-2", "qwen"];

    /// <summary>Makes a pair.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static TokenizerPair Create(string name) => name switch
    {
        "trained" => Train(),
        "llama-3" => FromRanks(
            Path.Join(DataFolder, "tokenizers/llama3/tokenizer.model"), Llama3PreTokenizer.Llama3Pattern),
        "qwen" => FromRanks(Path.Join(DataFolder, "tokenizers/qwen/qwen.tiktoken"), Llama3PreTokenizer.Qwen2Pattern),
        "llama-2" => FromSentencePiece(Path.Join(DataFolder, "tokenizers/llama2/tokenizer.model")),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such vocabulary"),
    };

    private static TokenizerPair Train()
    {
        var trainer = new BpeTrainer(
            new BpeTrainingSettings { VocabularySize = TrainedSize, Specials = [], EndOfSequence = null });
        trainer.Add(SyntheticText.Create(1_000_000, seed: 1));
        var spellings = trainer.Train().Spellings();
        var lines = spellings.Select((bytes, rank) => $"{Convert.ToBase64String(bytes)} {rank}\n");
        var ranks = Encoding.ASCII.GetBytes(string.Concat(lines));
        var family = new TiktokenFamily("trained", spellings.Count, PreTokenizers.Llama3, []);
        using var stream = new MemoryStream(ranks);
        return new TokenizerPair(
            TiktokenReader.Read("trained", ranks, family),
            TiktokenTokenizer.Create(stream, Split(Llama3PreTokenizer.Llama3Pattern), normalizer: null));
    }

    private static TokenizerPair FromRanks(string path, string pattern) => new(
        TokenizerLoader.Load(path),
        TiktokenTokenizer.Create(path, Split(pattern), normalizer: null));

    private static TokenizerPair FromSentencePiece(string path)
    {
        using var stream = File.OpenRead(path);
        return new TokenizerPair(
            TokenizerLoader.Load(path), LlamaTokenizer.Create(stream, addBeginOfSentence: false));
    }

    private static MicrosoftSplit Split(string pattern) =>
        new(new Regex(pattern, RegexOptions.Compiled, TimeSpan.FromSeconds(10)), null);
}
