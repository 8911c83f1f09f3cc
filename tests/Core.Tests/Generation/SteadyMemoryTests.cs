using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

[Collection(nameof(WholeProcess))]
public sealed class SteadyMemoryTests
{
    private const long Slack = 24 << 20; // libtorch's pools breathe
    private const int Stretch = 200;

    [Fact]
    public void Two_thousand_tokens_leave_no_tensor_and_take_no_memory()
    {
        using var engine = TinyModels.Engine(TinyModels.Llama with { VocabularySize = 257, ContextLength = 2100 });
        var generator = new AutoregressiveGenerator(engine, ByteTokenizer.Create("<|end|>"));
        var request = new GenerationRequest
        {
            Prompt = [1, 2, 3],
            MaxTokens = 2000,
            IgnoresEndOfSequence = true,
            Sampling = new SamplingSettings { Seed = 3 },
        };
        var cancellation = TestContext.Current.CancellationToken;
        generator.Generate([request with { MaxTokens = 50 }], null, cancellation);
        _ = SettledMemory.Resident(); // what the first collection gives back is taken again
        var (tokens, resident) = (0, new List<long>());
        DisposeScopeManager.Statistics.Reset();
        var outcome = generator.Generate([request], Observe, cancellation);

        Assert.Equal(2000, outcome.Results[0].TokenIds.Count);
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.InRange(resident[^1] - resident[0], long.MinValue, Slack);

        void Observe(GeneratedPiece piece)
        {
            tokens += piece.TokenIds.Count;
            if (tokens / Stretch > resident.Count)
            {
                resident.Add(SettledMemory.Resident());
            }
        }
    }
}
