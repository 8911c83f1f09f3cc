using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class AutoregressiveGeneratorTests
{
    private const int Vocabulary = 24;

    private static readonly TableTokenizer Letters = new(
        Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), endOfSequence: 0);

    private static readonly Gen<GenerationRequest> Requests =
        from prompt in Gen.Int[0, Vocabulary - 1].Array[1, 12]
        from temperature in Gen.Bool.Select(isGreedy => isGreedy ? 0 : 1.0)
        from seed in Gen.ULong
        from stop in Gen.String[Gen.Char["bcdefg"], 1, 2].Array[0, 2]
        from most in Gen.Int[0, 20]
        from penalty in Gen.Bool.Select(isOn => isOn ? 1.2 : 1)
        select new GenerationRequest
        {
            Prompt = prompt,
            MaxTokens = most,
            StopStrings = stop,
            LogProbabilities = 1,
            Sampling = new SamplingSettings { Temperature = temperature, Seed = seed, RepetitionPenalty = penalty, TopK = 10 },
        };

    [Fact]
    public void Rows_of_a_batch_are_what_they_are_alone() =>
        Gen.Select(Requests.Array[1, 5], Gen.Int[1, 8]).Sample((requests, chunk) =>
        {
            using var engine = new HashLanguageModel(Vocabulary);
            var batch = new AutoregressiveGenerator(engine, Letters) { PrefillChunk = chunk }.Run(requests);
            foreach (var (request, row) in requests.Zip(batch.Results))
            {
                var alone = new AutoregressiveGenerator(engine, Letters).Run([request]).Results[0];
                Assert.Equal(alone.TokenIds, row.TokenIds);
                Assert.Equal(alone.Text, row.Text);
                Assert.Equal(alone.Finish, row.Finish);
                Assert.Equal(
                    alone.LogProbabilities!.Select(token => token.ModelLogProbability),
                    row.LogProbabilities!.Select(token => token.ModelLogProbability));
            }

            Assert.Equal(0, engine.OpenSessions);
        });

    [Fact]
    public void Greedy_tokens_are_those_of_the_model_run_from_scratch_each_time() =>
        Gen.Int[0, Vocabulary - 1].Array[1, 10].Sample(prompt =>
        {
            using var engine = new HashLanguageModel(Vocabulary);
            var request = new GenerationRequest { Prompt = prompt, MaxTokens = 8, IgnoresEndOfSequence = true };
            var ids = prompt.ToList();
            var logits = new float[Vocabulary];
            for (var step = 0; step < 8; step++)
            {
                engine.Logits(ids.Count - 1, ids.Select((id, position) => (id, position)), logits);
                ids.Add(Array.IndexOf(logits, logits.Max()));
            }

            Assert.Equal(ids.Skip(prompt.Length), new AutoregressiveGenerator(engine, Letters).Run([request]).Results[0].TokenIds);
        });

    [Fact]
    public void Pieces_together_are_the_results() =>
        Requests.Array[1, 4].Sample(requests =>
        {
            using var engine = new HashLanguageModel(Vocabulary);
            var pieces = new List<GeneratedPiece>();
            var results = new AutoregressiveGenerator(engine, Letters).Run(requests, pieces.Add).Results;
            for (var row = 0; row < requests.Length; row++)
            {
                var own = pieces.Where(piece => piece.Row == row).ToList();
                Assert.Equal(results[row].Text, string.Concat(own.Select(piece => piece.Text)));
                Assert.Equal(results[row].TokenIds, own.SelectMany(piece => piece.TokenIds));
                Assert.Equal(results[row].Finish, own[^1].Finish);
                Assert.All(own.SkipLast(1), piece => Assert.Null(piece.Finish));
            }
        });

    [Fact]
    public void The_text_ends_before_the_first_stop_string() =>
        Requests.Sample(request =>
        {
            using var engine = new HashLanguageModel(Vocabulary);
            var generator = new AutoregressiveGenerator(engine, Letters);
            var free = generator.Run([request with { StopStrings = [] }]).Results[0].Text;
            var ends = request.StopStrings
                .Select(stop => (At: free.IndexOf(stop, StringComparison.Ordinal), stop.Length))
                .Where(found => found.At >= 0)
                .OrderBy(found => found.At + found.Length).ThenBy(found => found.At)
                .ToList();
            var result = generator.Run([request]).Results[0];
            Assert.Equal(ends.Count == 0 ? free : free[..ends[0].At], result.Text);
            Assert.Equal(ends.Count > 0, result.Finish == FinishReason.StopString);
        });

    [Fact]
    public void Finished_rows_are_not_run_any_more()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        GenerationRequest[] requests =
        [
            new() { Prompt = [1, 2, 3], MaxTokens = 2, IgnoresEndOfSequence = true },
            new() { Prompt = [4], MaxTokens = 10, IgnoresEndOfSequence = true },
        ];
        var report = new AutoregressiveGenerator(engine, Letters).Run(requests).Report;
        Assert.Equal(4 + 1 + 9, engine.TokensRun);
        Assert.Equal(10, engine.Passes);
        Assert.Equal((10, 1, 12L, 10L, 4), (report.ForwardPasses, report.PrefillPasses, report.GeneratedTokens, report.DecodedTokens, report.PromptTokens));
        Assert.Equal(1, report.MeanTokensPerPass);
    }

    [Fact]
    public void The_end_of_sequence_token_ends_without_text_unless_it_is_ignored()
    {
        using var engine = new HashLanguageModel(Vocabulary) { Override = (_, id) => id == 0 ? 1 : 0 };
        var generator = new AutoregressiveGenerator(engine, Letters);
        var request = new GenerationRequest { Prompt = [1], MaxTokens = 3 };
        var stopped = generator.Run([request]).Results[0];
        Assert.Equal((FinishReason.StopToken, string.Empty), (stopped.Finish, stopped.Text));
        Assert.Equal([0], stopped.TokenIds);
        Assert.Equal([0, 0, 0], generator.Run([request with { IgnoresEndOfSequence = true }]).Results[0].TokenIds);
    }

    [Fact]
    public void Cancelling_keeps_what_was_generated()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        using var cancellation = new CancellationTokenSource();
        var request = new GenerationRequest { Prompt = [1], MaxTokens = 50, IgnoresEndOfSequence = true };
        var generator = new AutoregressiveGenerator(engine, Letters);
        var whole = generator.Run([request]).Results[0].TokenIds;
        var pieces = 0;
        var result = generator.Generate([request], _ => CancelAfter(5), cancellation.Token).Results[0];
        Assert.Equal(FinishReason.Cancelled, result.Finish);
        Assert.Equal(whole.Take(5), result.TokenIds);

        void CancelAfter(int count)
        {
            if (++pieces == count)
            {
                cancellation.Cancel();
            }
        }
    }

    [Fact]
    public void Cancelled_before_the_start_nothing_is_run()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        var outcome = new AutoregressiveGenerator(engine, Letters)
            .Generate([new GenerationRequest { Prompt = [1] }], cancellation: new CancellationToken(canceled: true));
        Assert.Equal((0, FinishReason.Cancelled), (engine.Passes, outcome.Results[0].Finish));
    }

    [Fact]
    public void Zero_tokens_need_no_pass()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        var outcome = new AutoregressiveGenerator(engine, Letters).Run([new GenerationRequest { Prompt = [1], MaxTokens = 0 }]);
        Assert.Equal((0, FinishReason.Length), (engine.Passes, outcome.Results[0].Finish));
        Assert.Equal(0, outcome.Report.GeneratedTokens);
    }

    [Theory]
    [InlineData(7, 4)]
    [InlineData(10, 1)]
    public void Generation_ends_where_the_context_ends(int prompt, int room)
    {
        using var engine = new HashLanguageModel(Vocabulary, contextLength: 10);
        var request = new GenerationRequest { Prompt = new int[prompt], MaxTokens = 50, IgnoresEndOfSequence = true };
        var result = new AutoregressiveGenerator(engine, Letters).Run([request]).Results[0];
        Assert.Equal((room, FinishReason.ContextFull), (result.TokenIds.Count, result.Finish));
    }

    [Fact]
    public void A_prompt_longer_than_the_context_is_refused_with_both_numbers()
    {
        using var engine = new HashLanguageModel(Vocabulary, contextLength: 10);
        var problem = Refusal(engine, Letters, new GenerationRequest { Prompt = new int[11] });
        Assert.Contains("11", problem.Message, StringComparison.Ordinal);
        Assert.Contains("10", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_with_an_unknown_id_is_refused()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        Assert.Contains("id 24 at 1", Refusal(engine, Letters, new GenerationRequest { Prompt = [1, 24] }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_prompt_is_the_beginning_of_sequence_or_refused()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        Assert.Contains("empty", Refusal(engine, Letters, new GenerationRequest { Prompt = [] }).Message, StringComparison.Ordinal);
        var begins = new TableTokenizer(Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), beginOfSequence: 3);
        Assert.Equal([3], new AutoregressiveGenerator(engine, begins).Run([new GenerationRequest { Prompt = [] }]).Results[0].Prompt);
    }

    [Fact]
    public void A_wrong_setting_is_refused_before_anything_runs()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        Assert.Throws<LlmEfficiencyException>(
            () => new AutoregressiveGenerator(engine, Letters).Run([new GenerationRequest { Prompt = [1], StopStrings = [""] }]));
        Assert.Equal(0, engine.Passes);
    }

    private static LlmEfficiencyException Refusal(HashLanguageModel engine, TableTokenizer tokenizer, GenerationRequest request)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => new AutoregressiveGenerator(engine, tokenizer).Run([request]));
        Assert.Equal((ErrorKind.Input, 0), (problem.Kind, engine.Passes));
        return problem;
    }
}
