using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class RecordedAnswerTests
{
    private const int Vocabulary = 6;

    private static readonly TableTokenizer Letters = new(
        Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), endOfSequence: 5);

    [Fact]
    public void Real_passes_follow_the_answer_and_accept_what_it_agrees_with() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 20], Gen.Int[0, 4].Array[0, 20], Gen.Bool, Gen.Int).Sample((prompt, text, ends, seed) =>
        {
            int[] answer = ends ? [.. text, 5] : text;
            using var engine = new HashLanguageModel(Vocabulary, contextLength: 64);
            using var drafter = new NoisyDrafter(seed, Vocabulary, _ => answer);
            var request = new GenerationRequest { Prompt = prompt, Recorded = answer };
            var plain = new AutoregressiveGenerator(engine, Letters).Run([request]).Results[0];
            var (passes, drafted) = (engine.Passes, new SpeculativeGenerator(engine, Letters, drafter).Run([request]));
            var result = drafted.Results[0];
            Assert.Equal(answer, plain.TokenIds);
            Assert.Equal(answer, result.TokenIds);
            Assert.Equal(ends ? FinishReason.StopToken : FinishReason.Length, result.Finish);
            Assert.Equal(Math.Max(answer.Length, 0), passes);
            Assert.All(plain.AcceptedDrafts, accepted => Assert.Equal(0, accepted));
            Assert.Equal(Math.Max(answer.Length - 1, 0), plain.AcceptedDrafts.Count);
            Assert.Equal(drafted.Report.ForwardPasses - drafted.Report.PrefillPasses, result.AcceptedDrafts.Count);
            // Each pass gives one token beside the accepted ones, but for an end that was foretold.
            var given = result.AcceptedDrafts.Sum(accepted => 1 + accepted);
            Assert.InRange(given - Math.Max(answer.Length - 1, 0), 0, ends ? 1 : 0);
        });

    [Fact]
    public void The_context_and_the_limit_end_a_recorded_answer_too()
    {
        using var engine = new HashLanguageModel(Vocabulary, contextLength: 8);
        var generator = new AutoregressiveGenerator(engine, Letters);
        GenerationResult Run(int most) =>
            generator.Run([new GenerationRequest { Prompt = [1, 2, 3, 4], Recorded = [0, 0, 1, 1, 2, 2, 3], MaxTokens = most }]).Results[0];
        Assert.Equal((5, FinishReason.ContextFull), (Run(100).TokenIds.Count, Run(100).Finish));
        Assert.Equal((2, FinishReason.Length), (Run(2).TokenIds.Count, Run(2).Finish));
    }

    [Fact]
    public void A_recorded_answer_that_cannot_be_is_refused()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        var generator = new AutoregressiveGenerator(engine, Letters);
        var request = new GenerationRequest { Prompt = [1], Recorded = [1, 6] };
        Assert.Contains(
            "the recorded answer to prompt 0 holds id 6 at 1",
            Assert.Throws<LlmEfficiencyException>(() => generator.Run([request])).Message,
            StringComparison.Ordinal);
        Assert.Throws<LlmEfficiencyException>(() => generator.Run([request with { Recorded = [1], LogProbabilities = 1 }]));
    }

    [Fact]
    public void Time_of_drafts_is_a_part_of_the_time_of_decoding()
    {
        var time = new SteppedTime();
        var meter = new GenerationMeter(time);
        time.Now += 1;
        meter.PrefillPass();
        meter.Tokens(1);
        var start = time.GetTimestamp();
        time.Now += 2;
        meter.Drafting(start);
        time.Now += 5;
        meter.DecodePass(1);
        meter.Tokens(1);
        start = time.GetTimestamp();
        time.Now += 1;
        meter.Drafting(start);
        var report = meter.Report("toy", 1, 1);
        Assert.Equal((1, 8, 3), (report.PrefillTime, report.DecodeTime, report.DraftTime));
    }

    private sealed class SteppedTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
