using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Core.Answers;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>
/// Reads questions from JSON Lines. The question is <c>question</c>, <c>problem</c>, <c>Question</c> or <c>goal</c>, or
/// a text to be continued in <c>prompt</c> or <c>ctx</c>. Choices are a list <c>choices</c> or <c>endings</c>, an
/// object <c>choices</c> of lists <c>text</c> and <c>label</c>, or <c>sol1</c> and <c>sol2</c>. The answer is
/// <c>answer</c>, <c>answerKey</c>, <c>label</c>, <c>target</c> or <c>Answer</c>: of choices a number from 0, a label,
/// a letter or the choice itself. A <c>solution</c> without any of them gives the answer that it ends in.
/// </summary>
public static class QuestionFile
{
    private static readonly string[] Questions = ["question", "problem", "Question", "goal"];
    private static readonly string[] Texts = ["prompt", "ctx", "input"];
    private static readonly string[] Answers = ["answer", "answerKey", "label", "target", "Answer"];
    private static readonly string[] Solutions = ["solution"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; <c>.gz</c> behind the name is read too.</param>
    /// <param name="limit">How many questions are read at most.</param>
    /// <param name="fields">Where question and answer stand, if not under their usual names.</param>
    /// <exception cref="LlmEfficiencyException">The file cannot be read, or a line is no question.</exception>
    public static IReadOnlyList<FileQuestion> Read(string path, int? limit = null, QuestionFields? fields = null)
    {
        using var file = DataFile.Open(path);
        return Read(file, limit, fields);
    }

    /// <summary>Reads an open file.</summary>
    /// <param name="file">The file; its owner closes it.</param>
    /// <param name="limit">How many questions are read at most.</param>
    /// <param name="fields">Where question and answer stand, if not under their usual names.</param>
    /// <exception cref="LlmEfficiencyException">A line is no question.</exception>
    public static IReadOnlyList<FileQuestion> Read(DataFile file, int? limit = null, QuestionFields? fields = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        var questions = new List<FileQuestion>();
        var lines = new LineReader(file);
        while (questions.Count < (limit ?? int.MaxValue) && lines.Next() is { } line)
        {
            if (line.AsSpan().Trim(" \t\r"u8).IsEmpty)
            {
                continue;
            }

            var place = $"{file.Name}: line {lines.Number}";
            using var record = StrictJson.Parse(place, line);
            questions.Add(ToQuestion(record.RootElement, fields ?? new QuestionFields(), place));
        }

        return questions.Count > 0 ? questions
            : throw new LlmEfficiencyException(ErrorKind.Input, $"{file.Name}: holds no question");
    }

    private static FileQuestion ToQuestion(JsonElement record, QuestionFields fields, string place)
    {
        string[] names = fields.Question is { } question ? [question] : Questions;
        string[] texts = fields.Question is null ? Texts : [];
        var isQuestion = Find(record, names) is not null;
        var text = Find(record, names) ?? Find(record, texts)
            ?? throw Problem(place, $"has no question: name it {string.Join(", ", names.Concat(texts))}");
        text = fields.Question is null && Find(record, ["Body"]) is { } body ? $"{body} {text}" : text;
        var answer = Answer(record, fields, place);
        var (choices, labels) = Choices(record);
        if (choices.Length == 0)
        {
            return new FileQuestion(text, isQuestion, AnswerExtraction.Marked(answer) ?? answer, null, 0);
        }

        var correct = IndexOf(answer, choices, labels);
        return choices.Length >= 2 && correct >= 0 && correct < choices.Length
            ? new FileQuestion(text, isQuestion, string.Empty, choices, correct)
            : throw Problem(
                place,
                $"the answer '{answer}' is none of its {choices.Length} choices: "
                + "give an index from 0, a label or a letter");
    }

    private static string Answer(JsonElement record, QuestionFields fields, string place)
    {
        string[] names = fields.Answer is { } field ? [field] : Answers;
        var isSolution = fields.Answer == Solutions[0] || Find(record, names) is null;
        var answer = Find(record, isSolution ? Solutions : names)
            ?? throw Problem(place, $"has no answer: name it {string.Join(", ", names)}");
        return isSolution ? MathAnswer.Extract(answer) ?? answer : answer;
    }

    private static int IndexOf(string answer, string[] choices, string[] labels)
    {
        var byLabel = Array.IndexOf(labels, answer);
        if (byLabel >= 0)
        {
            return byLabel;
        }

        if (int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < choices.Length)
        {
            return index;
        }

        var byText = Array.IndexOf(choices, answer);
        return byText >= 0 ? byText
            : answer.Length == 1 && char.IsAsciiLetter(answer[0]) ? char.ToUpperInvariant(answer[0]) - 'A'
            : -1;
    }

    private static (string[] Choices, string[] Labels) Choices(JsonElement record)
    {
        if (Find(record, ["sol1"]) is { } first && Find(record, ["sol2"]) is { } second)
        {
            return ([first, second], []);
        }

        var list = record.TryGetProperty("choices", out var found) || record.TryGetProperty("endings", out found)
            ? found : default;
        return list.ValueKind switch
        {
            JsonValueKind.Array => (Strings(list), []),
            JsonValueKind.Object when list.TryGetProperty("text", out var texts) =>
                (Strings(texts), list.TryGetProperty("label", out var labels) ? Strings(labels) : []),
            _ => ([], []),
        };
    }

    private static string[] Strings(JsonElement list) => list.ValueKind != JsonValueKind.Array ? []
        : [.. list.EnumerateArray().Select(item => Text(item) ?? item.GetRawText())];

    private static string? Find(JsonElement record, string[] names)
    {
        foreach (var name in names)
        {
            if (record.TryGetProperty(name, out var value) && Text(value) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };

    private static LlmEfficiencyException Problem(string place, string what) =>
        new(ErrorKind.Input, $"{place}: {what}");
}
