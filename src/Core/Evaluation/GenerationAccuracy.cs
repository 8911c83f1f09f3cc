using LlmEfficiency.Core.Generation;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>Lets a model answer questions and has the answers judged.</summary>
/// <param name="generator">Any way to generate.</param>
/// <param name="settings">Lengths, samples, batch.</param>
public sealed class GenerationAccuracy(IGenerator generator, GenerationAccuracySettings settings)
{
    /// <summary>Generates and judges.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="judge">Tells whether an answer to the question of that index is right.</param>
    /// <param name="progress">Told how many answers are done.</param>
    /// <param name="cancellation">Ends the work between and within batches.</param>
    /// <returns>The share of right answers of each question.</returns>
    /// <exception cref="Errors.LlmEfficiencyException">
    /// A setting is outside its range, or a prompt does not fit.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller stopped the work.</exception>
    public IReadOnlyList<double> Run(
        IReadOnlyList<GenerationQuestion> questions,
        Func<int, GenerationResult, bool> judge,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(judge);
        settings.Validate();
        var right = new double[questions.Count];
        var answers = Enumerable.Range(0, questions.Count * settings.Samples);
        var done = 0L;
        foreach (var batch in answers.Chunk(settings.Batch))
        {
            var outcome = generator.Generate(
                [.. batch.Select(answer => Request(questions, answer))], cancellation: cancellation);
            cancellation.ThrowIfCancellationRequested();
            for (var row = 0; row < batch.Length; row++)
            {
                var (question, sample) = Math.DivRem(batch[row], settings.Samples);
                var isRight = judge(question, outcome.Results[row]);
                right[question] += isRight ? 1 : 0;
                var (_, kind, expected) = questions[question];
                settings.Judged?.Invoke(
                    new JudgedAnswer(kind, question, sample, expected, outcome.Results[row].Text, isRight));
            }

            progress?.Report(done += batch.Length);
        }

        return [.. right.Select(count => count / settings.Samples)];
    }

    /// <summary>
    /// Returns the accuracy: <c>acc</c> of single answers; of several, <c>avg@k</c>, the mean share of right answers,
    /// which estimates pass@1, and <c>pass@k</c>, the share of questions with a right one. A line for each kind follows
    /// if there is more than one.
    /// </summary>
    /// <param name="task">The name for the results.</param>
    /// <param name="questions">The questions, at least one.</param>
    /// <param name="shares">What <see cref="Run"/> returned for them.</param>
    public IReadOnlyList<EvaluationResult> Judge(
        string task, IReadOnlyList<GenerationQuestion> questions, IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentNullException.ThrowIfNull(shares);
        string[] kinds = [.. questions.Select(question => question.Kind)];
        if (settings.Samples == 1)
        {
            return KindTable.Of(task, "acc", kinds, shares);
        }

        double[] any = [.. shares.Select(share => share > 0 ? 1.0 : 0.0)];
        var means = KindTable.Of(task, $"avg@{settings.Samples}", kinds, shares);
        return [.. means.Zip(KindTable.Of(task, $"pass@{settings.Samples}", kinds, any))
            .SelectMany(pair => new[] { pair.First, pair.Second })];
    }

    // Each sample of each question has random numbers of its own.
    private GenerationRequest Request(IReadOnlyList<GenerationQuestion> questions, int answer) => new()
    {
        Prompt = questions[answer / settings.Samples].Prompt,
        MaxTokens = settings.MaxTokens,
        Sampling = settings.Sampling,
        Sequence = (ulong)answer,
        StopTokens = settings.StopTokens,
        StopStrings = settings.StopStrings,
    };
}
