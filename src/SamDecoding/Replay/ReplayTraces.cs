using System.Text.Json;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>
/// Reads FastChat's questions (<c>question_id</c>, <c>category</c>, <c>turns</c>) and answers (<c>question_id</c>,
/// <c>choices[0].turns</c>, and <c>new_tokens</c> if it is there), JSON Lines both.
/// </summary>
public static class ReplayTraces
{
    /// <summary>Reads the answers in the order of the questions; questions without an answer are left out.</summary>
    /// <exception cref="LlmEfficiencyException">A file cannot be read, a line is not as expected, or no question has an answer.</exception>
    public static IReadOnlyList<ReplayTurn> Read(
        string questions, string traces, ITokenizer tokenizer, ChatTemplate template)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(template);
        var answers = new Dictionary<int, AnswerRecord>();
        foreach (var answer in Records(traces, Answers))
        {
            if (!answers.TryAdd(answer.Id, answer))
            {
                throw new LlmEfficiencyException(ErrorKind.Input, $"{traces}: question {answer.Id} has two answers: give one run a file");
            }
        }

        var turns = new List<ReplayTurn>();
        foreach (var question in Records(questions, Question))
        {
            if (answers.TryGetValue(question.Id, out var answer))
            {
                turns.AddRange(Turns(question, answer, tokenizer, template).Where(turn => turn.Answer.Count > 0));
            }
        }

        return turns.Count > 0 ? turns
            : throw new LlmEfficiencyException(ErrorKind.Input, $"{traces}: holds no answer to a question of {questions}");
    }

    /// <summary>Reads the accepted tokens of each step that a trace of another drafter recorded.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read, or a line has none.</exception>
    public static ReplayScore Recorded(string traces)
    {
        var score = default(ReplayScore);
        foreach (var lengths in Records(traces, (record, place) => Member(Choice(record, place), "accept_lengths", JsonValueKind.Array, place)
            .EnumerateArray().Select(length => length.ValueKind == JsonValueKind.Number && length.TryGetInt64(out var tokens)
                ? tokens
                : throw Malformed(place, "accept_lengths holds what is no whole number")).ToArray()))
        {
            score += new ReplayScore(lengths.Sum(), lengths.Length, 0);
        }

        return score;
    }

    private static IEnumerable<ReplayTurn> Turns(
        QuestionRecord question, AnswerRecord answer, ITokenizer tokenizer, ChatTemplate template)
    {
        var messages = new List<ChatMessage>();
        for (var turn = 0; turn < Math.Min(question.Turns.Length, answer.Turns.Length); turn++)
        {
            messages.Add(new ChatMessage("user", question.Turns[turn]));
            var prompt = ChatPrompt.Encode(template, tokenizer, new ChatRequest([.. messages]));
            var ids = tokenizer.Encode(answer.Turns[turn]);
            // The recorded count tells whether the answer ended by itself or was cut off.
            var hasEnd = answer.Tokens.Length <= turn || answer.Tokens[turn] > ids.Count;
            yield return new ReplayTurn(
                question.Id, question.Category, prompt, hasEnd && tokenizer.Vocabulary.EndOfSequence is { } end ? [.. ids, end] : ids);
            messages.Add(new ChatMessage("assistant", answer.Turns[turn]));
        }
    }

    private static IEnumerable<T> Records<T>(string path, Func<JsonElement, string, T> read)
    {
        using var file = DataFile.Open(path);
        var lines = new LineReader(file);
        while (lines.Next() is { } line)
        {
            if (!line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                var place = $"{path}: line {lines.Number}";
                using var record = StrictJson.Parse(place, line);
                yield return read(record.RootElement, place);
            }
        }
    }

    private static QuestionRecord Question(JsonElement record, string place) => new(
        Number(record, "question_id", place),
        Member(record, "category", JsonValueKind.String, place).GetString()!,
        Texts(Member(record, "turns", JsonValueKind.Array, place), place));

    private static AnswerRecord Answers(JsonElement record, string place)
    {
        var choice = Choice(record, place);
        return new AnswerRecord(
            Number(record, "question_id", place),
            Texts(Member(choice, "turns", JsonValueKind.Array, place), place),
            choice.TryGetProperty("new_tokens", out var counts) && counts.ValueKind == JsonValueKind.Array
                ? [.. counts.EnumerateArray().Select(count => count.TryGetInt32(out var number) ? number : 0)]
                : []);
    }

    private static JsonElement Choice(JsonElement record, string place)
    {
        var choices = Member(record, "choices", JsonValueKind.Array, place);
        return choices.GetArrayLength() > 0 && choices[0].ValueKind == JsonValueKind.Object
            ? choices[0]
            : throw Malformed(place, "choices holds no object");
    }

    private static string[] Texts(JsonElement array, string place) =>
    [
        .. array.EnumerateArray().Select(text => text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw Malformed(place, "a turn is no text")),
    ];

    private static int Number(JsonElement record, string name, string place) =>
        Member(record, name, JsonValueKind.Number, place).TryGetInt32(out var number)
            ? number
            : throw Malformed(place, $"{name} is no whole number");

    private static JsonElement Member(JsonElement record, string name, JsonValueKind kind, string place) =>
        record.ValueKind == JsonValueKind.Object && record.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw Malformed(place, $"{name} is missing or of another kind than expected ({kind})");

    private static LlmEfficiencyException Malformed(string place, string problem) => new(ErrorKind.Input, $"{place}: {problem}");

    private sealed record QuestionRecord(int Id, string Category, string[] Turns);

    private sealed record AnswerRecord(int Id, string[] Turns, int[] Tokens);
}
