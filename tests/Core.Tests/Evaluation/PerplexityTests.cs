using System.Text.Json;
using CsCheck;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Evaluation;

public sealed class PerplexityTests
{
    [Fact]
    public void The_loss_is_that_of_a_model_written_in_plain_loops()
    {
        var config = TinyModels.Llama with { ContextLength = 24 };
        int[][] documents = [Ids(24, 1), Ids(7, 2), Ids(1, 3), Ids(2, 4), Ids(19, 5)];
        using var engine = TinyModels.Engine(config);
        using var model = TinyModels.Build(config);
        var plain = PlainTransformer.Of(model);
        var losses = documents.Select(ids => Losses(plain.Logits(ids), ids).Sum()).ToArray();
        var report = Measure(
            engine, TableTokenizer.Bytes(), new ListedDocuments(documents), new PerplexitySettings { Batch = 3 });
        Assert.Equal(23 + 6 + 1 + 18, report.Tokens);
        Assert.Equal(4, report.Documents);
        Assert.Equal(losses.Sum(), report.NegativeLogLikelihood, 1e-3);
        Assert.Equal(Math.Exp(losses.Sum() / report.Tokens), report.Perplexity, 1e-3);
    }

    [Fact]
    public void Windows_give_every_token_the_context_that_they_promise() =>
        Gen.Select(Gen.Int[2, 9], Gen.Int[1, 8], Gen.Int[0, 30].Array[1, 4], Gen.Int[1, 5])
            .Sample((window, step, lengths, batch) =>
        {
            var stride = Math.Min(step, window - 1);
            var model = new HashLanguageModel(11);
            var documents = lengths.Select((length, index) => Ids(length + 1, index + 1, 11)).ToArray();
            if (documents.All(ids => ids.Length < 2))
            {
                return;
            }

            var wanted = documents.SelectMany(
                ids => Enumerable.Range(1, ids.Length - 1).Select(at => Loss(model, ids, at, window, stride))).Sum();
            var settings = new PerplexitySettings { Window = window, Stride = stride, Batch = batch };
            var report = Measure(model, TableTokenizer.Bytes(), new ListedDocuments(documents), settings);
            Assert.Equal(wanted, report.NegativeLogLikelihood, 1e-4);
            Assert.Equal(documents.Sum(ids => ids.Length - 1), report.Tokens);
            Assert.Equal(0, model.OpenSessions);
        });

    [Fact]
    public void A_model_that_knows_nothing_is_in_doubt_among_all_tokens()
    {
        var model = new HashLanguageModel(64) { Spread = 0 };
        var report = Measure(model, TableTokenizer.Bytes(), new ListedDocuments(Ids(50, 1, 64), Ids(9, 2, 64)));
        Assert.Equal(64, report.Perplexity, 1e-9);
        Assert.Equal(0, report.PerplexityStandardError!.Value, 1e-9);
        Assert.Equal(6, report.BitsPerByte!.Value, 1e-9); // every token is one byte
    }

    [Fact]
    public void Bits_are_shared_among_bytes_and_words()
    {
        var tokenizer = TableTokenizer.Of("one", " two", " th", "ree");
        var report = Measure(
            new HashLanguageModel(4) { Spread = 0 }, tokenizer, new ListedDocuments([0, 1, 2, 3], [0, 1]));
        Assert.Equal((4, 14, 3), (report.Tokens, report.Bytes, report.Words));
        Assert.Equal(8.0 / 14, report.BitsPerByte!.Value, 1e-9);
        Assert.Equal(8.0 / 3, report.BitsPerWord!.Value, 1e-9);
    }

    [Fact]
    public void Tokens_without_loss_are_read_but_not_counted()
    {
        var model = new HashLanguageModel(11);
        var ids = Ids(12, 1, 11);
        var report = Measure(model, TableTokenizer.Bytes(), new MaskedDocument(ids));
        Assert.Equal(3, report.Tokens);
        Assert.Equal(
            Enumerable.Range(9, 3).Sum(at => Loss(model, ids, at, 100, 50)), report.NegativeLogLikelihood, 1e-5);
    }

    [Fact]
    public void Results_are_what_scripts_know()
    {
        var report = Measure(
            new HashLanguageModel(8) { Spread = 0 }, TableTokenizer.Bytes(), new ListedDocuments([1, 2, 3]));
        var line = JsonSerializer.Serialize(report.ToResults()[0], EvaluationJson.Default.EvaluationResult);
        var json = JsonSerializer.Deserialize<JsonElement>(line);
        Assert.Equal("listed", json.GetProperty("task").GetString());
        Assert.Equal("perplexity", json.GetProperty("metric").GetString());
        Assert.Equal(8, json.GetProperty("value").GetDouble(), 1e-9);
        Assert.Equal(JsonValueKind.Null, json.GetProperty("stderr").ValueKind);
        Assert.Equal(1, json.GetProperty("count").GetInt64());
        Assert.Equal(
            ["perplexity", "loss", "bits_per_byte", "bits_per_word"],
            report.ToResults().Select(result => result.Metric));
    }

    [Theory]
    [InlineData(1, null, "Window")]
    [InlineData(200, null, "Window")]
    [InlineData(8, 8, "Stride")]
    [InlineData(8, 0, "Stride")]
    public void Settings_that_cannot_work_are_named(int window, int? stride, string name)
    {
        var settings = new PerplexitySettings { Window = window, Stride = stride };
        var problem = Assert.Throws<LlmEfficiencyException>(() => Measure(
            new HashLanguageModel(8, contextLength: 100),
            TableTokenizer.Bytes(),
            new ListedDocuments([1, 2]),
            settings));
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.Contains(name, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_that_do_not_fit_the_model_are_named()
    {
        var model = new HashLanguageModel(8);
        var foreign = Assert.Throws<LlmEfficiencyException>(
            () => Measure(model, TableTokenizer.Bytes(), new ListedDocuments([1, 9])));
        Assert.Contains("token 9", foreign.Message, StringComparison.Ordinal);
        var empty = Assert.Throws<LlmEfficiencyException>(
            () => Measure(model, TableTokenizer.Bytes(), new ListedDocuments([1])));
        Assert.Contains("no document", empty.Message, StringComparison.Ordinal);
    }

    private static PerplexityReport Measure(
        IDecodeEngine engine, ITokenizer tokenizer, IDocumentSource documents, PerplexitySettings? settings = null) =>
        Perplexity.Measure(engine, tokenizer, documents, settings, cancellation: TestContext.Current.CancellationToken);

    private static int[] Ids(int count, int seed, int vocabulary = 37) =>
        [.. Enumerable.Range(0, count).Select(at => ((at + 3) * (seed + 5) * 7919 / 13) % vocabulary)];

    private static IEnumerable<double> Losses(double[][] logits, int[] ids) => Enumerable.Range(1, ids.Length - 1)
        .Select(at => Math.Log(logits[at - 1].Sum(Math.Exp)) - logits[at - 1][ids[at]]);

    // The context that the documentation promises, worked out token by token.
    private static double Loss(HashLanguageModel model, int[] ids, int at, int window, int stride)
    {
        var end = Math.Min(ids.Length, at < window ? window : window + ((((at - window) / stride) + 1) * stride));
        var start = Math.Max(0, end - window);
        var logits = new float[model.Config.VocabularySize];
        model.Logits(
            at - 1 - start, Enumerable.Range(start, at - start).Select(place => (ids[place], place - start)), logits);
        return Math.Log(logits.Sum(logit => Math.Exp(logit))) - logits[ids[at]];
    }

    private sealed class MaskedDocument(int[] ids) : IDocumentSource
    {
        public string Name => "masked";

        public long Count => 1;

        public string Fingerprint => "0";

        public TokenDocument Read(long index) => new(ids, ids.Select((_, at) => at >= ids.Length - 3).ToArray());
    }
}
