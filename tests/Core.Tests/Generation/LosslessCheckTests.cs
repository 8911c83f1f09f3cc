using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

public sealed class LosslessCheckTests
{
    private const int Vocabulary = 24;

    private static readonly TableTokenizer Letters = new(
        Enumerable.Range(0, Vocabulary).Select(id => new[] { (byte)('a' + id) }), endOfSequence: 0);

    private static readonly GenerationRequest[] Requests =
        [.. Enumerable.Range(1, 3).Select(id => new GenerationRequest { Prompt = [id, id + 1], MaxTokens = 30, IgnoresEndOfSequence = true })];

    [Fact]
    public void Equal_answers_pass_with_the_pieces_and_report_of_the_checked_method()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        var plain = new AutoregressiveGenerator(engine, Letters);
        using var drafter = new NoisyDrafter(1, Vocabulary, _ => null);
        var pieces = new List<GeneratedPiece>();
        var outcome = new LosslessCheck(plain, new SpeculativeGenerator(engine, Letters, drafter)).Run(Requests, pieces.Add);
        Assert.NotNull(outcome.Report.Drafts);
        Assert.Equal(plain.Run(Requests).Results.Select(result => result.Text), outcome.Results.Select(result => result.Text));
        Assert.Equal(outcome.Results.Sum(result => result.TokenIds.Count), pieces.Sum(piece => piece.TokenIds.Count));
    }

    [Fact]
    public void The_first_token_that_differs_ends_it()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        using var other = new HashLanguageModel(Vocabulary, order: 1);
        var (right, wrong) = (new AutoregressiveGenerator(engine, Letters), new AutoregressiveGenerator(other, Letters));
        var (first, second) = (right.Run(Requests[..1]).Results[0].TokenIds, wrong.Run(Requests[..1]).Results[0].TokenIds);
        var at = Enumerable.Range(0, 30).First(index => first[index] != second[index]);
        var pieces = new List<GeneratedPiece>();
        var error = Assert.Throws<LlmEfficiencyException>(() => new LosslessCheck(right, wrong).Run(Requests[..1], pieces.Add));
        Assert.Equal(ErrorKind.Numerics, error.Kind);
        Assert.Contains($"prompt 0: token {at} of the answer is not that of plain decoding: {second[at]} instead of {first[at]}", error.Message);
        Assert.Equal(second.Take(at), pieces.SelectMany(piece => piece.TokenIds));
    }

    [Fact]
    public void Bits_are_compared_where_they_are_promised()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        using var other = new HashLanguageModel(Vocabulary) { Spread = 8.00001f }; // the same tokens, other numbers
        var (right, near) = (new AutoregressiveGenerator(engine, Letters), new AutoregressiveGenerator(other, Letters));
        Assert.Null(new LosslessCheck(right, near).Run(Requests).Results[0].LogProbabilities);
        Assert.Null(new LosslessCheck(right, right, isBitwise: true).Run(Requests).Results[0].LogProbabilities);
        var problem = Assert.Throws<LlmEfficiencyException>(() => new LosslessCheck(right, near, isBitwise: true).Run(Requests));
        Assert.Contains("prompt 0: token 0 of the answer is not that of plain decoding: log-probability -", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shorter_answer_is_another_answer()
    {
        using var engine = new HashLanguageModel(Vocabulary);
        var plain = new AutoregressiveGenerator(engine, Letters);
        Assert.Contains("another length", Assert.Throws<LlmEfficiencyException>(() => new LosslessCheck(plain, new Shortened(plain)).Run(Requests)).Message);
    }

    private sealed class Shortened(IGenerator inner) : IGenerator
    {
        public GenerationOutcome Generate(
            IReadOnlyList<GenerationRequest> requests, Action<GeneratedPiece>? onPiece = null, CancellationToken cancellation = default) =>
            inner.Generate([.. requests.Select(request => request with { MaxTokens = 5 })], onPiece, cancellation);
    }
}
