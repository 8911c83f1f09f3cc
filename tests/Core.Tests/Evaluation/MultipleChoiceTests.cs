using System.Text;
using CsCheck;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Evaluation;

public sealed class MultipleChoiceTests
{
    private static readonly string[] Numbers = [" three", " 4"];

    private static readonly string[] Letters = ["", "a", "b"];

    private static readonly Gen<string> Text = Gen.Char['a', 'e'].Array[1, 6].Select(letters => new string(letters));

    [Fact]
    public void Scores_are_sums_of_log_probabilities_computed_one_by_one() =>
        Gen.Select(Gen.Select(Text, Text.Array[2, 4]).Array[1, 5], Gen.Int[1, 9]).Sample((drawn, batch) =>
        {
            var model = new HashLanguageModel(256);
            ChoiceQuestion[] questions = [.. drawn.Select(one => new ChoiceQuestion(one.Item1, one.Item2, 0))];
            var scores = Score(new MultipleChoice(model, TableTokenizer.Bytes(), batch), questions);
            foreach (var (question, score) in questions.Zip(scores))
            {
                for (var choice = 0; choice < question.Choices.Count; choice++)
                {
                    var wanted = LogLikelihood(model, question.Context, question.Choices[choice]);
                    Assert.Equal(wanted, score.LogLikelihoods[choice], 1e-4);
                    Assert.Equal(question.Choices[choice].Length, score.TokenCounts[choice]);
                    Assert.Equal(question.Choices[choice].Length, score.ByteCounts[choice]);
                }
            }
        });

    [Fact]
    public void A_shared_context_is_run_once()
    {
        var model = new HashLanguageModel(256);
        var question = new ChoiceQuestion(new string('x', 100), ["ab", "cd", "ef"], 0);
        Score(new MultipleChoice(model, TableTokenizer.Bytes()), [question]);
        Assert.Equal(99 + (3 * 2), model.TokensRun);
    }

    [Fact]
    public void A_transformer_gives_the_choices_what_plain_loops_give()
    {
        using var model = TinyModels.Build(TinyModels.Llama with { VocabularySize = 256 });
        var plain = PlainTransformer.Of(model);
        using var engine = TinyModels.Engine(TinyModels.Llama with { VocabularySize = 256 });
        var score = Score(
            new MultipleChoice(engine, TableTokenizer.Bytes()), [new ChoiceQuestion("one two", Numbers, 1)])[0];
        foreach (var (choice, found) in Numbers.Zip(score.LogLikelihoods))
        {
            var ids = Encoding.UTF8.GetBytes("one two" + choice).Select(value => (int)value).ToArray();
            var logits = plain.Logits(ids);
            var wanted = Enumerable.Range(7, choice.Length)
                .Sum(at => logits[at - 1][ids[at]] - Math.Log(logits[at - 1].Sum(Math.Exp)));
            Assert.Equal(wanted, found, 1e-3);
        }
    }

    [Fact]
    public void Length_decides_only_where_it_is_asked_to()
    {
        var score = new ChoiceScore([-4, -5, -9], [1, 2, 6], [2, 10, 9]);
        Assert.Equal((0, 2, 1), (score.Best, score.BestPerToken, score.BestPerByte));
        ChoiceQuestion[] questions = [new("a", ["b", "c", "d"], 0), new("a", ["b", "c", "d"], 1)];
        var results = MultipleChoice.Judge("task", questions, [score, score]);
        Assert.Equal(
            [("acc", 0.5), ("acc_token", 0.0), ("acc_norm", 0.5)],
            results.Select(result => (result.Metric, result.Value)));
        Assert.All(results, result => Assert.Equal(2, result.Count));
    }

    [Fact]
    public void A_token_across_the_seam_belongs_to_the_choice()
    {
        var tokenizer = TableTokenizer.Of("a", " ", "b", " b", "c");
        var model = new HashLanguageModel(5);
        var score = Score(new MultipleChoice(model, tokenizer), [new ChoiceQuestion("a ", ["b", "c"], 0)])[0];
        Assert.Equal([1, 2], score.TokenCounts); // " b" is one token, " " and "c" are two
    }

    [Fact]
    public void A_long_context_loses_its_beginning_and_a_long_choice_is_refused()
    {
        var model = new HashLanguageModel(256, contextLength: 8);
        var choice = new MultipleChoice(model, TableTokenizer.Bytes());
        var whole = Score(choice, [new ChoiceQuestion("abcdefghijklmnop", ["xy", "z"], 0)])[0];
        Assert.Equal(LogLikelihood(model, "jklmnop", "xy"), whole.LogLikelihoods[0], 1e-4);
        Assert.Equal(LogLikelihood(model, "ijklmnop", "z"), whole.LogLikelihoods[1], 1e-4);
        Assert.Throws<LlmEfficiencyException>(() => Score(choice, [new ChoiceQuestion("a", ["123456789", "b"], 0)]));
    }

    [Fact]
    public void Without_context_a_choice_follows_the_token_that_begins_texts()
    {
        var tokenizer = new TableTokenizer(Letters.Select(Encoding.UTF8.GetBytes), endOfSequence: 0);
        var model = new HashLanguageModel(3);
        var score = Score(new MultipleChoice(model, tokenizer), [new ChoiceQuestion("", ["a", "b"], 0)])[0];
        var logits = new float[3];
        model.Logits(0, [(0, 0)], logits);
        Assert.Equal(logits[1] - Math.Log(logits.Sum(logit => Math.Exp(logit))), score.LogLikelihoods[0], 1e-5);
        var without = new MultipleChoice(model, TableTokenizer.Of("a", "b", "c"));
        Assert.Throws<LlmEfficiencyException>(() => Score(without, [new ChoiceQuestion("", ["a", "b"], 0)]));
    }

    private static IReadOnlyList<ChoiceScore> Score(MultipleChoice choice, IReadOnlyList<ChoiceQuestion> questions) =>
        choice.Score(questions, cancellation: TestContext.Current.CancellationToken);

    private static double LogLikelihood(HashLanguageModel model, string context, string choice)
    {
        var ids = Encoding.UTF8.GetBytes(context + choice).Select(value => (int)value).ToArray();
        var logits = new float[256];
        var sum = 0.0;
        for (var at = context.Length; at < ids.Length; at++)
        {
            model.Logits(at - 1, Enumerable.Range(0, at).Select(place => (ids[place], place)), logits);
            sum += logits[ids[at]] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
        }

        return sum;
    }
}
