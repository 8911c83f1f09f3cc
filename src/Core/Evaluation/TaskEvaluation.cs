using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>
/// Measures a model on a task. Examples with choices are decided by plain log-likelihood. Others are answered in the chat
/// template; an answer is right if its task says so and the model ended it itself.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="settings">How answers are generated.</param>
public sealed class TaskEvaluation(EvaluatedModel model, GenerationAccuracySettings settings)
{
    private const int MostDraws = 20;

    /// <summary>Measures the first examples of a set.</summary>
    /// <param name="set">The examples.</param>
    /// <param name="count">How many, at least one.</param>
    /// <param name="progress">Told how many examples or answers are done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <returns>The accuracy, and that of each kind of example if there are several.</returns>
    /// <exception cref="LlmEfficiencyException">The model has no chat template, or an example does not fit it.</exception>
    public IReadOnlyList<EvaluationResult> Run(
        TaskSet set, int count, IProgress<long>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        settings.Validate();
        TaskExample[] examples = [.. Enumerable.Range(0, count).Select(index => set[index])];
        return examples.All(example => example.Choices is null)
            ? Generate(set.Task, examples, progress, cancellation)
            : Choose(set.Task, WithChoices(set, count), progress, cancellation);
    }

    // A task may write some of its examples as conversations; where there are choices, they are what is judged.
    private static TaskExample[] WithChoices(TaskSet set, int count)
    {
        TaskExample[] found =
        [
            .. Enumerable.Range(0, count * MostDraws).Select(index => set[index]).Where(example => example.Choices is not null).Take(count),
        ];
        return found.Length == count
            ? found
            : throw new LlmEfficiencyException(
                ErrorKind.Configuration,
                $"task {set.Task.Name}: only {found.Length} of {count * MostDraws} examples have choices, {count} are wanted: ask for fewer");
    }

    private List<EvaluationResult> Choose(
        ITask task, TaskExample[] examples, IProgress<long>? progress, CancellationToken cancellation)
    {
        ChoiceQuestion[] questions =
        [
            .. examples.Select(example => new ChoiceQuestion(example.Context ?? string.Empty, example.Choices!, example.Correct, example.Kind)),
        ];
        var scores = new MultipleChoice(model.Engine, model.Tokenizer, settings.Batch).Score(questions, progress, cancellation);
        var right = questions.Zip(scores, (question, score) => score.Best == question.Correct ? 1.0 : 0.0).ToArray();
        return KindTable.Of(task.Name, "acc", [.. questions.Select(question => question.Kind)], right);
    }

    private IReadOnlyList<EvaluationResult> Generate(
        ITask task, TaskExample[] examples, IProgress<long>? progress, CancellationToken cancellation)
    {
        var template = model.Template ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"{model.Name}: has no chat template, which task {task.Name} needs: use a model that was trained to chat");
        GenerationQuestion[] questions =
        [
            .. examples.Select(example => new GenerationQuestion(
                ChatPrompt.Encode(template, model.Tokenizer, new ChatRequest([.. example.Messages!.SkipLast(1)])),
                example.Kind,
                example.Answer ?? string.Empty)),
        ];
        var accuracy = new GenerationAccuracy(new AutoregressiveGenerator(model.Engine, model.Tokenizer), settings);
        var shares = accuracy.Run(
            questions,
            (index, answer) => answer.Finish == FinishReason.StopToken && task.IsCorrect(examples[index], answer.Text),
            progress,
            cancellation);
        return accuracy.Judge(task.Name, questions, shares);
    }
}
