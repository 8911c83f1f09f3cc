using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Indexing;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Drafting;

/// <summary>Real vocabularies of more than 65,536 ids, in which id 0 is text: an exclamation mark.</summary>
public sealed class LargeVocabularyTests
{
    private const string Line = "Stop! Go! No! Yes! And so on and on!\n";

    public static TheoryData<string, int> Vocabularies => new() { { "llama3/tokenizer.model", 128_256 }, { "qwen/qwen.tiktoken", 151_936 } };

    [Theory]
    [MemberData(nameof(Vocabularies))]
    public void Every_drafter_drafts_through_id_0_and_changes_no_token(string file, int size)
    {
        var tokenizer = TokenizerLoader.Load(SharedData.Require("tokenizers/" + file));
        Assert.Equal("!", TextDecoder.Decode(tokenizer, [0]));
        int[] line = [.. tokenizer.Encode(Line)];
        var zero = Array.IndexOf(line, 0);
        Assert.InRange(zero, 1, line.Length - 3);
        using var folder = new TemporaryFolder();
        SuffixIndexBuilder.Build(
            folder.File("corpus.sam"), [line.Concat(line).Append(size - 1).ToArray()],
            new IndexBuildSettings { TokenizerHash = VocabularyHash.Of(tokenizer), VocabularySize = size },
            cancellation: TestContext.Current.CancellationToken);
        using var texts = OpenedTexts.Open([folder.File("corpus.sam")], [Line], tokenizer);
        using var engine = Engine(size);
        GenerationRequest[] requests =
        [
            new() { Prompt = [.. line, .. line, .. line[..zero]], MaxTokens = 12, IgnoresEndOfSequence = true },
            new() { Prompt = [size - 1, 0, 0, size - 1, 0, 0, size - 1, 0], MaxTokens = 12, IgnoresEndOfSequence = true },
        ];
        var plain = new AutoregressiveGenerator(engine, tokenizer).Generate(requests, null, TestContext.Current.CancellationToken).Results;
        foreach (var entry in DrafterList.All.Where(entry => !entry.NeedsHead))
        {
            using var drafter = entry.Create(texts.Sources);
            using (var session = drafter.Open([.. line, .. line, .. line[..zero]]))
            {
                var (tree, logits) = (new DraftTree(), new float[size]);
                for (var token = 0; session.Watches && token <= zero; token++)
                {
                    logits[line[token + 1]] = 1;
                    session.Watch(line[token], logits);
                    logits[line[token + 1]] = 0;
                }

                session.Draft(tree, 40);
                var node = tree.Child(DraftTree.Context, 0);
                Assert.True(node >= 0 && tree.Child(node, line[zero + 1]) >= 0, $"{entry.Name} does not draft through id 0");
            }

            var drafted = new SpeculativeGenerator(engine, tokenizer, drafter) { MaxRows = 16 }
                .Generate(requests, null, TestContext.Current.CancellationToken).Results;
            Assert.Equal(plain.Select(result => result.TokenIds), drafted.Select(result => result.TokenIds));
        }
    }

    private static TorchDecodeEngine Engine(int size)
    {
        var model = new Transformer(
            TinyModels.Llama with { VocabularySize = size, HiddenSize = 16, LayerCount = 1 }, ComputeDevice.Cpu, torch.ScalarType.Float32);
        using var generator = new torch.Generator(1);
        model.Initialise(generator, deviation: 0.3);
        return new TorchDecodeEngine(model);
    }
}
