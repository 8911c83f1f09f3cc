using System.Text;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>Lets a model choose by the likelihood that it gives each choice as a continuation.</summary>
/// <param name="engine">The model.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="batch">How many choices run together.</param>
public sealed class MultipleChoice(IDecodeEngine engine, ITokenizer tokenizer, int batch = 16)
{
    /// <summary>Scores every choice of every question.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="progress">Told how many questions are done.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <exception cref="LlmEfficiencyException">A choice is longer than the model's context.</exception>
    public IReadOnlyList<ChoiceScore> Score(
        IReadOnlyList<ChoiceQuestion> questions,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        var scorer = new ContinuationScorer(engine, batch);
        var parts = questions.Select(Contexts).ToArray();
        using var scores = scorer.Score(parts.SelectMany(contexts => contexts), cancellation).GetEnumerator();
        var results = new List<ChoiceScore>();
        for (var index = 0; index < questions.Count; index++)
        {
            var tokens = new List<double[]>();
            foreach (var _ in parts[index])
            {
                scores.MoveNext();
                tokens.AddRange(scores.Current);
            }

            results.Add(new ChoiceScore(
                [.. tokens.Select(one => one.Sum())],
                [.. tokens.Select(one => one.Length)],
                [.. questions[index].Choices.Select(Encoding.UTF8.GetByteCount)]));
            progress?.Report(index + 1);
        }

        return results;
    }

    /// <summary>Returns the shares of right choices: plain, a token, a byte.</summary>
    /// <param name="task">The name for the results.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="scores">Their scores, in their order.</param>
    public static IReadOnlyList<EvaluationResult> Judge(
        string task, IReadOnlyList<ChoiceQuestion> questions, IReadOnlyList<ChoiceScore> scores)
    {
        return
        [
            Accuracy("acc", score => score.Best),
            Accuracy("acc_token", score => score.BestPerToken),
            Accuracy("acc_norm", score => score.BestPerByte),
        ];

        EvaluationResult Accuracy(string metric, Func<ChoiceScore, int> choose) => EvaluationResult.OfMean(
            task,
            metric,
            [.. questions.Zip(scores, (question, score) => choose(score) == question.Correct ? 1.0 : 0.0)]);
    }

    // Choices whose context has the same ids share it, which all do unless a token reaches over the seam.
    private ScoredContext[] Contexts(ChoiceQuestion question)
    {
        var pairs = question.Choices.Select(choice => Fit(Encode(question.Context, choice))).ToArray();
        return pairs.All(pair => pair.Prefix.SequenceEqual(pairs[0].Prefix))
            ? [new ScoredContext(pairs[0].Prefix, [.. pairs.Select(pair => (ReadOnlyMemory<int>)pair.Continuation)])]
            : [.. pairs.Select(pair => new ScoredContext(pair.Prefix, [pair.Continuation]))];
    }

    // Context and choice are encoded together and cut where the context alone ends; its last spaces belong to the
    // choice.
    private (int[] Prefix, int[] Continuation) Encode(string context, string choice)
    {
        var trimmed = context.TrimEnd(' ');
        var whole = PromptEncoder.Encode(tokenizer, context + choice).ToArray();
        var cut = Math.Min(PromptEncoder.Encode(tokenizer, trimmed).Count, whole.Length - 1);
        if (cut > 0)
        {
            return (whole[..cut], whole[cut..]);
        }

        var start = tokenizer.Vocabulary.BeginOfSequence ?? tokenizer.Vocabulary.EndOfSequence;
        return start is { } id && whole.Length > 0
            ? ([id], whole)
            : throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"choice '{choice}' has nothing before it to be predicted from: give the question a text");
    }

    private (int[] Prefix, int[] Continuation) Fit((int[] Prefix, int[] Continuation) pair)
    {
        var room = engine.Config.ContextLength + 1 - pair.Continuation.Length;
        return room < 1
            ? throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"a choice of {pair.Continuation.Length} tokens is longer than the model's context of "
                + $"{engine.Config.ContextLength}")
            : (pair.Prefix[Math.Max(0, pair.Prefix.Length - room)..], pair.Continuation);
    }
}
