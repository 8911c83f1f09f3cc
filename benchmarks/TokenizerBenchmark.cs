using System.Text;
using BenchmarkDotNet.Attributes;

namespace LlmEfficiency.Benchmarks;

/// <summary>Text to token ids: this project beside Microsoft.ML.Tokenizers alone, same vocabulary and text.</summary>
[BytesPerOperation(Bytes)]
public class TokenizerBenchmark
{
    /// <summary>The size of the text.</summary>
    public const int Bytes = 1_000_000;

    private const int DocumentBytes = 4_000;

    private TokenizerPair? _pair;
    private string[] _documents = [];

    /// <summary>Gets the vocabularies that can be measured here.</summary>
    public static IEnumerable<string> Vocabularies => TokenizerPair.Names;

    /// <summary>
    /// Gets or sets the vocabulary: trained on invented text and measured on more of it, or real and measured on
    /// Shakespeare.
    /// </summary>
    [ParamsSource(nameof(Vocabularies))]
    public string Vocabulary { get; set; } = string.Empty;

    /// <summary>Makes tokenizers and text, and refuses to measure where the two give other ids.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _pair = TokenizerPair.Create(Vocabulary);
        var text = Vocabulary == "trained"
            ? SyntheticText.Create(Bytes, seed: 2)
            : File.ReadAllText(Path.Join(TokenizerPair.DataFolder, "text/shakespeare.txt"))[..Bytes];
        _documents = [.. text.Chunk(DocumentBytes).Select(part => new string(part))];
        if (Encoding.UTF8.GetByteCount(text) != Bytes)
        {
            throw new InvalidOperationException($"the rate is taken from {Bytes} bytes: the text must be ASCII");
        }

        var other = Array.FindIndex(
            _documents, d => !_pair.Own.Encode(d).SequenceEqual(_pair.Microsoft.EncodeToIds(d)));
        if (other >= 0)
        {
            throw new InvalidOperationException(
                $"{Vocabulary}: document {other} has other ids in Microsoft.ML.Tokenizers");
        }
    }

    /// <summary>Encodes with Microsoft.ML.Tokenizers alone; its tiktoken form remembers up to 8,192 pieces.</summary>
    [Benchmark(Baseline = true)]
    public int Microsoft()
    {
        var count = 0;
        foreach (var document in _documents)
        {
            count += _pair!.Microsoft.EncodeToIds(document).Count;
        }

        return count;
    }

    /// <summary>Encodes with this project's tokenizer.</summary>
    [Benchmark]
    public int Own()
    {
        var count = 0;
        foreach (var document in _documents)
        {
            count += _pair!.Own.Encode(document).Count;
        }

        return count;
    }
}
