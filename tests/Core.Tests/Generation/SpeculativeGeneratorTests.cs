using CsCheck;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class SpeculativeGeneratorTests
{
    private const int Vocabulary = 24;

    private static readonly TableTokenizer Letters = new(
        Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), endOfSequence: 0);

    private static readonly Gen<GenerationRequest> Requests =
        from prompt in Gen.Int[0, Vocabulary - 1].Array[1, 12]
        from temperature in Gen.Int[0, 3].Select(half => 0.5 * half)
        from seed in Gen.ULong
        from stop in Gen.String[Gen.Char["bcdefg"], 1, 2].Array[0, 2]
        from most in Gen.Int[0, 30]
        from penalty in Gen.Bool.Select(isOn => isOn ? 1.2 : 1)
        from topK in Gen.Bool.Select(isOn => isOn ? 10 : 0)
        from ignoresEnd in Gen.Bool
        select new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = most,
            StopStrings = stop,
            IgnoresEndOfSequence = ignoresEnd,
            LogProbabilities = 1,
            Sampling = new SamplingSettings { Temperature = temperature, Seed = seed, RepetitionPenalty = penalty, TopK = topK },
        };

    [Fact]
    public void Whatever_is_drafted_the_answers_are_those_of_plain_decoding() =>
        Gen.Select(Requests.Array[1, 4], Gen.Int, Gen.Int[1, 20], Gen.Int[12, 60]).Sample((requests, seed, rows, context) =>
        {
            using var engine = new HashLanguageModel(Vocabulary, contextLength: context);
            var plain = new AutoregressiveGenerator(engine, Letters).Run(requests);
            var drafter = Oracle(seed, requests, plain);
            var pieces = new List<GeneratedPiece>();
            var drafted = new SpeculativeGenerator(engine, Letters, drafter) { MaxRows = rows }.Run(requests, pieces.Add);
            foreach (var (expected, actual) in plain.Results.Zip(drafted.Results))
            {
                Assert.Equal(expected.TokenIds, actual.TokenIds);
                Assert.Equal(expected.Text, actual.Text);
                Assert.Equal(expected.Finish, actual.Finish);
                Assert.Equal(expected.LogProbabilities, actual.LogProbabilities, (a, b) => a.Id == b.Id && a.ModelLogProbability == b.ModelLogProbability);
            }

            Assert.Equal(
                plain.Results.Select(result => result.Text),
                requests.Select((_, row) => string.Concat(pieces.Where(piece => piece.Row == row).Select(piece => piece.Text))));
            Assert.Equal(0, engine.OpenSessions);
            Assert.True(drafted.Report.ForwardPasses <= plain.Report.ForwardPasses);
        });

    [Fact]
    public void Right_drafts_save_passes_and_are_counted()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        GenerationRequest[] requests = [new() { Prompt = [1, 2, 3], MaxTokens = 41, IgnoresEndOfSequence = true }];
        var plain = new AutoregressiveGenerator(engine, Letters).Run(requests);
        var drafter = Oracle(1, requests, plain);
        var report = new SpeculativeGenerator(engine, Letters, drafter) { MaxRows = 12 }.Run(requests).Report;
        var noise = Assert.Single(report.Drafts!);
        Assert.Equal(40, report.DecodedTokens);
        Assert.Equal(40, report.ForwardPasses - 1 + noise.AcceptedTokens);
        Assert.Equal((double)40 / (report.ForwardPasses - 1), report.MeanTokensPerPass, 1e-12);
        Assert.InRange(noise.AcceptedTokens, 10, noise.DraftedTokens - 1);
        Assert.Equal("noise", noise.Source);
        Assert.Null(plain.Report.Drafts);
    }

    [Fact]
    public void A_cache_that_keeps_everything_keeps_all_of_a_draft_too()
    {
        using var engine = TinyModels.Engine(TinyModels.Llama with { VocabularySize = Vocabulary });
        using var drafter = new NoisyDrafter(1, Vocabulary, _ => [1, 2, 3]);
        var request = new GenerationRequest { Prompt = [3, 4, 5], MaxTokens = 20, IgnoresEndOfSequence = true };
        var report = new SpeculativeGenerator(engine, Letters, drafter) { MaxRows = 8 }.Run([request]).Report;
        Assert.Contains(report.Drafts!, source => source.DraftedTokens > 0);
        Assert.Equal(1, report.Cache!.KeptRatio);
    }

    [Fact]
    public void A_drafter_learns_the_whole_answer()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        GenerationRequest[] requests = [.. Enumerable.Range(1, 5).Select(id => new GenerationRequest { Prompt = [id], MaxTokens = 5 * id })];
        var drafter = new NoisyDrafter(3, Vocabulary, _ => null);
        var results = new SpeculativeGenerator(engine, Letters, drafter).Run(requests).Results;
        Assert.Equal(results.Select(result => result.TokenIds.ToArray()), drafter.Ended);
    }

    [Theory]
    [InlineData(2, -1)]
    [InlineData(4, 0)]
    [InlineData(4, 2)]
    public void Every_draft_session_ends_where_one_fails(int failsAtOpening, int failsAtEnd)
    {
        using var engine = new HashLanguageModel(Vocabulary);
        using var drafter = new FailingDrafter(failsAtOpening, failsAtEnd);
        GenerationRequest[] requests = [.. Enumerable.Range(1, 4).Select(id => new GenerationRequest { Prompt = [id], MaxTokens = 6, IgnoresEndOfSequence = true })];
        Assert.Throws<InvalidOperationException>(() => new SpeculativeGenerator(engine, Letters, drafter).Run(requests));
        Assert.Equal(Enumerable.Range(0, failsAtOpening), drafter.Ended.Order());
        Assert.Equal(0, engine.OpenSessions);
    }

    [Fact]
    public void A_conversation_with_drafts_is_the_conversation_without() =>
        Gen.Select(Requests.Array[1, 4], Gen.Int, Gen.Int[1, 20], Gen.Int[20, 60]).Sample((requests, seed, rows, context) =>
        {
            using var engine = new HashLanguageModel(Vocabulary);
            using var plain = new ConversationGenerator(engine, Letters, context);
            var expected = plain.Run(requests);
            using var generator = new ConversationGenerator(engine, Letters, context)
            {
                Drafter = Oracle(seed, requests, expected),
                MaxRows = rows,
            };
            Assert.Equal(
                expected.Results.Select(result => (result.Text, result.Finish)),
                generator.Run(requests).Results.Select(result => (result.Text, result.Finish)));
        });

    private sealed class FailingDrafter(int failsAtOpening, int failsAtEnd) : IDrafter
    {
        private int _opened;

        public List<int> Ended { get; } = [];

        public IDraftSession Open(ReadOnlySpan<int> prompt) => _opened < failsAtOpening
            ? new Session(this, _opened++)
            : throw new InvalidOperationException("no more sessions");

        public void Dispose()
        {
        }

        private sealed class Session(FailingDrafter owner, int number) : IDraftSession
        {
            public void Append(ReadOnlySpan<int> tokens)
            {
            }

            public void Draft(DraftTree tree, int limit)
            {
            }

            public void Dispose()
            {
                owner.Ended.Add(number);
                if (number == owner.FailsAtEnd)
                {
                    throw new InvalidOperationException("a session fails");
                }
            }
        }

        private int FailsAtEnd => failsAtEnd;
    }

    private static NoisyDrafter Oracle(int seed, GenerationRequest[] requests, GenerationOutcome outcome) => new(
        seed,
        Vocabulary,
        prompt => outcome.Results.Zip(requests).FirstOrDefault(pair => pair.Second.Prompt.SequenceEqual(prompt)).First?.TokenIds.ToArray());
}
