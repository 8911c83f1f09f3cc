using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Fuzz.Builders;
using Parquet;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Readers of training data; every document that comes out has a text or messages.</summary>
public static class DataTargets
{
    private static readonly ParquetRow[] Rows =
    [
        new() { Text = "one", Number = 1, Messages = [new() { Role = "user", Content = "Hi" }, new() { Role = "assistant", Content = "Größe" }] },
        new() { Text = "two", Number = 2, Messages = [new() { Role = "user", Content = null }] },
        new() { Text = "three", Number = 3, Messages = [new() { Role = "system", Content = "Hi" }] },
    ];

    /// <summary>Gets the target for JSON Lines.</summary>
    public static FuzzTarget JsonLines { get; } = new(
        "jsonl",
        50_000,
        [
            "{\"text\":\"a\\u00e4\"}\n\n{\"text\":\"b\"}\n"u8.ToArray(),
            "{\"prompt\":\"a\",\"completion\":\"b\"}\r\n"u8.ToArray(),
            """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null,"tool_calls":[{"id":1}]}]}"""u8.ToArray(),
            """{"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Ho"}]}"""u8.ToArray(),
            """{"messages":"[{\"role\":\"user\",\"content\":\"Hi\"}]"}"""u8.ToArray(),
        ],
        input => Consume(JsonLinesReader.Read(new DataFile("fuzz", new MemoryStream(input)), new SourceSettings())),
        ["\n", "\"", "\"text\":", "\"messages\":", "\"role\":", "null", "[[[[", "{\"a\":", "\\ud800", "\\u0000", "1e999", "]", "}", "\"messages\":\"{"]);

    /// <summary>Gets the target for questions of an evaluation.</summary>
    public static FuzzTarget Questions { get; } = new(
        "questions",
        20_000,
        [
            """{"question":"a","choices":{"text":["b","c"],"label":["A","B"]},"answerKey":"B"}"""u8.ToArray(),
            """{"ctx":"a","endings":["b","c"],"label":1}"""u8.ToArray(),
            """{"goal":"a","sol1":"b","sol2":"c","answer":"0"}"""u8.ToArray(),
            """{"problem":"a","answer":"#### 5"}"""u8.ToArray(),
        ],
        input =>
        {
            foreach (var question in QuestionFile.Read(new DataFile("fuzz", new MemoryStream(input))))
            {
                if (question.Choices is { } choices && (question.Correct < 0 || question.Correct >= choices.Count))
                {
                    throw new InvalidOperationException("the right choice is none");
                }
            }
        },
        ["\n", "\"", "\"choices\":", "\"answer\":", "-1", "99999999999", "[", "]", "{", "}", "null", "\ud800"]);

    /// <summary>Gets the target for plain text.</summary>
    public static FuzzTarget Text { get; } = new(
        "text",
        20_000,
        ["one<|end|>two<|end|>\n"u8.ToArray(), "\u00ef\u00bb\u00bfa\r\n\r\nb\n"u8.ToArray(), "Größe 😀 \n\n\n x"u8.ToArray()],
        input =>
        {
            foreach (var separator in (string?[])[null, "\n", "\n\n", "<|end|>"])
            {
                Consume(TextDocuments.Read(new DataFile("fuzz", new MemoryStream(input)), separator));
            }
        },
        ["<|end|>", "<|end", "\n\n", "\r\n", "\xff", "\xed\xa0\x80"]);

    /// <summary>Gets the target for Parquet.</summary>
    public static FuzzTarget Parquet { get; } = new(
        "parquet",
        20_000,
        [
            ParquetBuilder.Make(Rows),
            ParquetBuilder.Make(Rows, CompressionMethod.None, rowGroupSize: 2),
            ParquetBuilder.Make(Rows.Select(row => new { text = row.Text! }), CompressionMethod.Zstd),
            ParquetBuilder.Make(Rows.Select(row => new { prompt = row.Text!, completion = row.Text! }), CompressionMethod.Gzip),
        ],
        input => Consume(ParquetRows.Read("fuzz", new MemoryStream(input), new SourceSettings())),
        ["PAR1", "text", "messages", "list", "element", "\xff\xff\xff\xff\x0f", "\x00\x00\x00\x80"]);

    private static void Consume(IEnumerable<RawDocument> documents)
    {
        foreach (var document in documents)
        {
            if (document.Text is null && document.Messages is not { Count: > 0 })
            {
                throw new InvalidOperationException("a document says nothing");
            }
        }
    }
}
