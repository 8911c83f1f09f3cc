using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class GeneratorStreamingTests
{
    private static readonly TableTokenizer Letters = TableTokenizer.Of("a", "b", "c", "d");

    private static readonly GenerationRequest Request = new() { Prompt = [1], MaxTokens = 30 };

    [Fact]
    public async Task Streamed_pieces_together_are_the_result()
    {
        using var engine = new HashLanguageModel(vocabularySize: 4);
        var generator = new AutoregressiveGenerator(engine, Letters);
        var text = string.Empty;
        await foreach (var piece in generator.StreamAsync(Request, TestContext.Current.CancellationToken))
        {
            text += piece.Text;
        }

        Assert.Equal(generator.Run([Request]).Results[0].Text, text);
    }

    [Fact]
    public async Task Leaving_the_loop_ends_the_work()
    {
        using var engine = new HashLanguageModel(vocabularySize: 4);
        await foreach (var _ in new AutoregressiveGenerator(engine, Letters).StreamAsync(
            Request with { MaxTokens = 4000 }, TestContext.Current.CancellationToken))
        {
            break;
        }

        Assert.Equal(0, engine.OpenSessions);
        Assert.InRange(engine.Passes, 1, 3999);
    }

    [Fact]
    public void A_failure_reaches_the_reader()
    {
        using var engine = new HashLanguageModel(vocabularySize: 4) { Override = (_, _) => float.NaN };
        var pieces = new AutoregressiveGenerator(engine, Letters)
            .StreamAsync(Request, TestContext.Current.CancellationToken)
            .ToBlockingEnumerable(TestContext.Current.CancellationToken);
        var problem = Assert.Throws<LlmEfficiencyException>(() => pieces.Count());
        Assert.Equal(ErrorKind.Numerics, problem.Kind);
        Assert.Equal(0, engine.OpenSessions);
    }
}
