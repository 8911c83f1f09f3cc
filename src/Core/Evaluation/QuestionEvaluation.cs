using LlmEfficiency.Core.Answers;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Generation;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>
/// Measures a model on questions. Choices are scored by log-likelihood behind <c>Question: …</c> and <c>Answer:</c>, or
/// behind the text that they continue. Other questions are answered in the chat template, or behind the same two words
/// without one, and the answer is right if <see cref="MathAnswer"/> or an exact match says so.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="settings">How answers are generated.</param>
public sealed class QuestionEvaluation(EvaluatedModel model, GenerationAccuracySettings settings)
{
    private const string NextParagraph = "\n\n";

    /// <summary>Measures all questions.</summary>
    /// <param name="name">The name for the results.</param>
    /// <param name="questions">At least one; all with choices or none.</param>
    /// <param name="progress">Told how many questions or answers are done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="Errors.LlmEfficiencyException">
    /// Questions with and without choices are mixed, or one does not fit.
    /// </exception>
    public IReadOnlyList<EvaluationResult> Run(
        string name,
        IReadOnlyList<FileQuestion> questions,
        IProgress<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(questions);
        ArgumentOutOfRangeException.ThrowIfZero(questions.Count, nameof(questions));
        settings.Validate();
        var choices = questions.Count(question => question.Choices is not null);
        if (choices != 0 && choices != questions.Count)
        {
            throw new Errors.LlmEfficiencyException(
                Errors.ErrorKind.Input,
                $"{name}: {choices} of {questions.Count} questions have choices: "
                + "put those with and those without into two files");
        }

        return choices == 0 ? Generate(name, questions, progress, cancellation)
            : Choose(name, questions, progress, cancellation);
    }

    private IReadOnlyList<EvaluationResult> Choose(
        string name, IReadOnlyList<FileQuestion> questions, IProgress<long>? progress, CancellationToken cancellation)
    {
        ChoiceQuestion[] asked =
        [
            .. questions.Select(question => new ChoiceQuestion(
                question.IsQuestion ? AsQuestion(question.Text) : question.Text.TrimEnd(),
                [.. question.Choices!.Select(choice => $" {choice.TrimStart()}")],
                question.Correct)),
        ];
        var scores = new MultipleChoice(model.Engine, model.Tokenizer, settings.Batch)
            .Score(asked, progress, cancellation);
        return MultipleChoice.Judge(name, asked, scores);
    }

    private IReadOnlyList<EvaluationResult> Generate(
        string name, IReadOnlyList<FileQuestion> questions, IProgress<long>? progress, CancellationToken cancellation)
    {
        GenerationQuestion[] prompts = [.. questions.Select(question => new GenerationQuestion(Prompt(question), Expected: question.Answer))];
        var stops = model.Template is null ? settings with { StopStrings = [.. settings.StopStrings, NextParagraph] }
            : settings;
        var accuracy = new GenerationAccuracy(new AutoregressiveGenerator(model.Engine, model.Tokenizer), stops);
        var shares = accuracy.Run(
            prompts, (index, answer) => IsRight(questions[index].Answer, answer.Text), progress, cancellation);
        return accuracy.Judge(name, prompts, shares);
    }

    private bool IsRight(string reference, string response) =>
        MathAnswer.IsCorrect(reference, response, settings.RelativeTolerance)
            || ExactMatch.AreEqual(reference, response, ExactMatchOptions.QuestionAnswering);

    private IReadOnlyList<int> Prompt(FileQuestion question)
    {
        if (model.Template is { } template)
        {
            return ChatPrompt.Encode(
                template, model.Tokenizer, new ChatRequest([new ChatMessage("user", question.Text)]));
        }

        return PromptEncoder.Encode(model.Tokenizer, question.IsQuestion ? AsQuestion(question.Text) : question.Text);
    }

    private static string AsQuestion(string text) => $"Question: {text}\nAnswer:";
}
