using System.Text.Json;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>Recorded answers to Spec-Bench's questions as tokens.</summary>
public static class ReplayTraces
{
    /// <summary>Reads the answers in the order of the questions; questions without an answer are left out.</summary>
    /// <exception cref="LlmEfficiencyException">A file cannot be read, a line is not as expected, or no question has an answer.</exception>
    public static IReadOnlyList<ReplayTurn> Read(
        string questions, string traces, ITokenizer tokenizer, ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(template);
        var answers = SpecBenchAnswer.Read(traces);
        var turns = SpecBenchQuestion.Read(questions)
            .Where(question => answers.ContainsKey(question.Id))
            .SelectMany(question => Turns(question, answers[question.Id], tokenizer, template))
            .Where(turn => turn.Answer.Count > 0)
            .ToArray();
        return turns.Length > 0 ? turns
            : throw new LlmEfficiencyException(ErrorKind.Input, $"{traces}: holds no answer to a question of {questions}");
    }

    /// <summary>Reads the accepted tokens of each step that a trace of another drafter recorded.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read, or a line has none.</exception>
    public static ReplayScore Recorded(string traces)
    {
        var score = default(ReplayScore);
        foreach (var lengths in RecordLines.Read(traces, (record, place) => RecordLines.Numbers(
            RecordLines.Member(RecordLines.Choice(record, place), "accept_lengths", JsonValueKind.Array, place), "accept_lengths", place)))
        {
            score += new ReplayScore(lengths.Sum(length => (long)length), lengths.Length, 0);
        }

        return score;
    }

    private static IEnumerable<ReplayTurn> Turns(
        SpecBenchQuestion question, SpecBenchAnswer answer, ITokenizer tokenizer, ChatTemplate template)
    {
        var messages = new List<ChatMessage>();
        for (var turn = 0; turn < Math.Min(question.Turns.Count, answer.Turns.Count); turn++)
        {
            messages.Add(new ChatMessage("user", question.Turns[turn]));
            var prompt = ChatPrompt.Encode(template, tokenizer, new ChatRequest([.. messages]));
            yield return new ReplayTurn(question.Id, question.Category, prompt, answer.Ids(turn, tokenizer));
            messages.Add(new ChatMessage("assistant", answer.Turns[turn]));
        }
    }
}
