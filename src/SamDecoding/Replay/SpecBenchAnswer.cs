using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Replay;

/// <summary>A recorded answer in FastChat's form.</summary>
/// <param name="Id">The question.</param>
/// <param name="Turns">The texts of its turns.</param>
/// <param name="NewTokens">How many tokens each had; empty if the file does not say.</param>
/// <param name="TokenIds">Their tokens; empty if the file does not say.</param>
public sealed record SpecBenchAnswer(int Id, IReadOnlyList<string> Turns, IReadOnlyList<int> NewTokens, IReadOnlyList<int[]> TokenIds)
{
    /// <summary>
    /// Reads JSON Lines with <c>question_id</c>, <c>choices[0].turns</c>, and <c>new_tokens</c> and <c>token_ids</c> where they are there.
    /// </summary>
    /// <exception cref="LlmEfficiencyException">
    /// The file cannot be read, a line is not as expected, or a question has two answers.
    /// </exception>
    public static IReadOnlyDictionary<int, SpecBenchAnswer> Read(string path)
    {
        var answers = new Dictionary<int, SpecBenchAnswer>();
        foreach (var answer in RecordLines.Read(path, From))
        {
            if (!answers.TryAdd(answer.Id, answer))
            {
                throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: question {answer.Id} has two answers: give one run a file");
            }
        }

        return answers;
    }

    /// <summary>Returns the tokens of a turn: the recorded ones, else those of its text and the end, if it ended by itself.</summary>
    /// <exception cref="LlmEfficiencyException">The recorded tokens are not those of the text with this tokenizer.</exception>
    public IReadOnlyList<int> Ids(int turn, ITokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (turn < TokenIds.Count)
        {
            return Spells(TokenIds[turn], Turns[turn], tokenizer) ? TokenIds[turn] : throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"question {Id}: the token_ids of turn {turn + 1} do not spell its text: use the tokenizer of the model that answered");
        }

        var ids = tokenizer.Encode(Turns[turn]);
        var hasEnd = NewTokens.Count <= turn || NewTokens[turn] > ids.Count; // else it was cut off
        return hasEnd && tokenizer.Vocabulary.EndOfSequence is { } end ? [.. ids, end] : ids;
    }

    private static SpecBenchAnswer From(JsonElement record, string place)
    {
        var choice = RecordLines.Choice(record, place);
        var turns = RecordLines.Texts(choice, "turns", place);
        var ids = choice.TryGetProperty("token_ids", out var lists)
            ? RecordLines.Items(lists, "token_ids", place).Select(list => RecordLines.Numbers(list, "token_ids", place)).ToArray()
            : [];
        return new SpecBenchAnswer(
            RecordLines.Number(record, "question_id", place),
            turns,
            choice.TryGetProperty("new_tokens", out var counts) ? RecordLines.Numbers(counts, "new_tokens", place) : [],
            ids.Length == 0 || ids.Length == turns.Length
                ? ids
                : throw RecordLines.Malformed(place, "token_ids and turns differ in number"));
    }

    // Specials spell nothing, and a stop string may stand behind the text; the text itself lost its outer blanks.
    private static bool Spells(int[] ids, string text, ITokenizer tokenizer) =>
        TextDecoder.Decode(tokenizer, ids, isContinuation: true).Trim().StartsWith(text, StringComparison.Ordinal);
}
