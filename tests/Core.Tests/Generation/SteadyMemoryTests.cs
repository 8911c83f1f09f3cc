using LlmEfficiency.Core.Devices;
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
    private const long Slack = 16 << 20; // the collector and libtorch's pools breathe

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
        var (resident, tokens) = (0L, 0);
        DisposeScopeManager.Statistics.Reset();
        var outcome = generator.Generate([request], Observe, cancellation);

        Assert.Equal(2000, outcome.Results[0].TokenIds.Count);
        Assert.Equal(0, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.InRange(HostMemory.Resident, 0, resident + Slack);

        void Observe(GeneratedPiece piece)
        {
            tokens += piece.TokenIds.Count;
            resident = resident == 0 && tokens >= 200 ? HostMemory.Resident : resident;
        }
    }
}
