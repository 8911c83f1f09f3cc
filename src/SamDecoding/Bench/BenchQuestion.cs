using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>A question, and the answer whose tokens a run follows, if it follows one.</summary>
/// <param name="Question">The question.</param>
/// <param name="Recorded">The recorded answer; null if the model answers itself.</param>
public sealed record BenchQuestion(SpecBenchQuestion Question, SpecBenchAnswer? Recorded)
{
    /// <summary>Gets how many turns can be run.</summary>
    public int Turns => Math.Min(Question.Turns.Count, Recorded?.Turns.Count ?? int.MaxValue);

    /// <summary>Returns the prompt of a turn.</summary>
    /// <param name="turn">The turn, from 0 on.</param>
    /// <param name="answers">The answers before it.</param>
    /// <param name="form">The form of prompts.</param>
    /// <param name="tokenizer">The model's tokenizer.</param>
    public IReadOnlyList<int> Prompt(int turn, IReadOnlyList<string> answers, PromptForm form, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(form);
        var messages = new List<Core.Templates.ChatMessage>();
        for (var earlier = 0; earlier < turn; earlier++)
        {
            messages.Add(new("user", Question.Turns[earlier]));
            messages.Add(new("assistant", answers[earlier]));
        }

        messages.Add(new("user", Question.Turns[turn]));
        return ChatPrompt.Encode(form.Template, tokenizer, new Core.Templates.ChatRequest(messages));
    }

    /// <summary>Returns the tokens that a turn's answer follows; null if the model answers itself.</summary>
    public IReadOnlyList<int>? Follows(int turn, ITokenizer tokenizer) => Recorded?.Ids(turn, tokenizer);
}
