using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SparseRL.Prompts;

/// <summary>Makes the prompts that settings name, in the form a model was trained on.</summary>
/// <param name="tokenizer">The model's tokenizer.</param>
/// <param name="template">The model's chat template; without one a file's questions are plain text, and tasks are refused.</param>
public sealed class PromptSources(ITokenizer tokenizer, ChatTemplate? template)
{
    /// <summary>Opens what settings name.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// A setting cannot work, the file cannot be read, the template refuses a question, or no prompt is short enough.
    /// </exception>
    public IPromptSource Open(PromptSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        return settings.Task is { } task
            ? OfTask(new TaskSet(TaskList.Find(task), settings.Seed, settings.HeldOut ? TaskSplit.HeldOut : TaskSplit.Train), settings)
            : OfFile(settings.Path!, settings);
    }

    private PromptList OfTask(TaskSet set, PromptSettings settings)
    {
        var written = template ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"the model has no chat template, which task {set.Task.Name} needs: use a model that was trained on it");
        return new PromptList(
            $"{set.Task.Name} ({(settings.HeldOut ? "held out" : "train")})",
            Enumerable.Range(0, settings.Count).Select(index => Prompt(index, set[index])),
            settings.MaxTokens);

        RolloutPrompt Prompt(int index, TaskExample example)
        {
            if (example.Messages is not { } messages)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Configuration, $"task {set.Task.Name}: example {index} is a text without a question: use another task");
            }

            var ids = ChatPrompt.Encode(written, tokenizer, new ChatRequest([.. messages.SkipLast(1)]));
            return new RolloutPrompt(ids, messages[^2].Content!, example.Answer)
            {
                Example = example,
                Place = $"{set.Task.Name}: example {index}",
                Kind = example.Kind,
            };
        }
    }

    private PromptList OfFile(string path, PromptSettings settings)
    {
        var fields = new QuestionFields(settings.QuestionField, settings.AnswerField);
        var questions = QuestionFile.Read(path, settings.Count, fields);
        return new PromptList(path, questions.Select(Prompt), settings.MaxTokens);

        RolloutPrompt Prompt(FileQuestion question, int index) => question.Choices is null
            ? new RolloutPrompt(Encode(question.Text, settings), question.Text, question.Answer) { Place = $"{path}: question {index + 1}" }
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{path}: question {index + 1} has choices, which no response is sampled to: take a file with free answers");
    }

    private IReadOnlyList<int> Encode(string question, PromptSettings settings)
    {
        if (settings.IsRendered)
        {
            return tokenizer.Encode(question, SpecialTokenHandling.AsToken);
        }

        var text = settings.Instruction is { } instruction ? $"{question}\n{instruction}" : question;
        ChatMessage[] before = settings.System is { } system ? [new ChatMessage("system", system)] : [];
        return template is null
            ? PromptEncoder.Encode(tokenizer, text)
            : ChatPrompt.Encode(template, tokenizer, new ChatRequest([.. before, new ChatMessage("user", text)]));
    }
}
