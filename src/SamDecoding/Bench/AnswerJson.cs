using System.Text.Json;
using LlmEfficiency.Core.Speculation;
using LlmEfficiency.SamDecoding.Replay;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>
/// A measured question as a line in the form of FastChat and Spec-Bench: <c>question_id</c>, <c>category</c>, <c>model_id</c>,
/// <c>choices[0]</c> with <c>turns</c>, <c>decoding_steps</c>, <c>new_tokens</c>, <c>wall_time</c>, <c>accept_lengths</c> (all turns in
/// one list). Ours beside: <c>token_ids</c>, <c>passes</c>, <c>rows</c>, <c>sources</c>, <c>draft_time</c>, <c>decode_time</c>.
/// </summary>
internal static class AnswerJson
{
    /// <summary>Returns the line, its end included.</summary>
    public static byte[] Line(QuestionMeasurement measured, string model, DateTimeOffset time)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("question_id", measured.Id);
            json.WriteString("category", measured.Category);
            json.WriteString("answer_id", $"{model}-{measured.Id}");
            json.WriteString("model_id", model);
            json.WriteStartArray("choices");
            WriteChoice(json, measured.Turns);
            json.WriteEndArray();
            json.WriteNumber("tstamp", time.ToUnixTimeMilliseconds() / 1000.0);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="record">The line.</param>
    /// <param name="place">Where it stands, for messages.</param>
    public static QuestionMeasurement Read(JsonElement record, string place)
    {
        var choice = RecordLines.Choice(record, place);
        var texts = RecordLines.Texts(choice, "turns", place);
        var lists = Values("token_ids").Select(list => RecordLines.Numbers(list, "token_ids", place)).ToArray();
        var sources = Values("sources").Select(list => RecordLines.Items(list, "sources", place).Select(source => Source(source, place)).ToArray()).ToArray();
        var (steps, passes) = (Counts("decoding_steps"), Counts("passes"));
        var (wall, decode, draft) = (Times("wall_time"), Times("decode_time"), Times("draft_time"));
        var (rows, lengths) = (Counts("rows"), Counts("accept_lengths"));
        if (new[] { lists.Length, steps.Length, passes.Length, sources.Length, wall.Length, decode.Length, draft.Length, rows.Length }
            .Any(length => length != texts.Length) || steps.Sum() != lengths.Length)
        {
            throw RecordLines.Malformed(place, "the lists of the answer differ in length: it is not of this benchmark, remove the file");
        }

        var first = 0;
        return new QuestionMeasurement(
            RecordLines.Number(record, "question_id", place),
            RecordLines.Member(record, "category", JsonValueKind.String, place).GetString()!,
            [.. texts.Select((text, turn) => new TurnMeasurement
            {
                Text = text,
                TokenIds = lists[turn],
                WallTime = wall[turn],
                DecodeTime = decode[turn],
                DraftTime = draft[turn],
                AcceptLengths = lengths[first..(first += steps[turn])],
                Passes = passes[turn],
                Rows = rows[turn],
                Sources = sources[turn],
            })]);

        JsonElement[] Values(string name) => [.. RecordLines.Member(choice, name, JsonValueKind.Array, place).EnumerateArray()];

        int[] Counts(string name) => RecordLines.Numbers(RecordLines.Member(choice, name, JsonValueKind.Array, place), name, place);

        double[] Times(string name) =>
        [
            .. Values(name).Select(value => value.ValueKind == JsonValueKind.Number
                ? value.GetDouble()
                : throw RecordLines.Malformed(place, $"{name} holds what is no number")),
        ];
    }

    private static SourceStatistics Source(JsonElement source, string place) => new(
        RecordLines.Member(source, "source", JsonValueKind.String, place).GetString()!,
        RecordLines.Number(source, "drafts", place),
        RecordLines.Number(source, "drafted", place),
        RecordLines.Number(source, "accepted", place));

    private static void WriteChoice(Utf8JsonWriter json, IReadOnlyList<TurnMeasurement> turns)
    {
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        Write("turns", turn => json.WriteStringValue(turn.Text));
        Write("decoding_steps", turn => json.WriteNumberValue(turn.AcceptLengths.Count));
        Write("new_tokens", turn => json.WriteNumberValue(turn.TokenIds.Count));
        Write("wall_time", turn => json.WriteNumberValue(turn.WallTime));
        Write("accept_lengths", turn => WriteNumbers(turn.AcceptLengths));
        Write("token_ids", turn =>
        {
            json.WriteStartArray();
            WriteNumbers(turn.TokenIds);
            json.WriteEndArray();
        });
        Write("passes", turn => json.WriteNumberValue(turn.Passes));
        Write("rows", turn => json.WriteNumberValue(turn.Rows));
        Write("sources", turn =>
        {
            json.WriteStartArray();
            foreach (var (source, drafts, drafted, accepted) in turn.Sources)
            {
                json.WriteStartObject();
                json.WriteString("source", source);
                json.WriteNumber("drafts", drafts);
                json.WriteNumber("drafted", drafted);
                json.WriteNumber("accepted", accepted);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        Write("draft_time", turn => json.WriteNumberValue(turn.DraftTime));
        Write("decode_time", turn => json.WriteNumberValue(turn.DecodeTime));
        json.WriteEndObject();

        void Write(string name, Action<TurnMeasurement> write)
        {
            json.WriteStartArray(name);
            foreach (var turn in turns)
            {
                write(turn);
            }

            json.WriteEndArray();
        }

        void WriteNumbers(IReadOnlyList<int> numbers)
        {
            foreach (var number in numbers)
            {
                json.WriteNumberValue(number);
            }
        }
    }
}
