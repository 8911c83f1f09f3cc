using System.IO.Compression;
using System.Text;
using CsCheck;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Data.Reading;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Fuzz.Builders;
using LlmEfficiency.Testing;
using Parquet;
using Xunit;

namespace LlmEfficiency.Core.Tests.Data;

public sealed class ReaderTests
{
    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Ho"}]}""")]
    [InlineData("""{"conversations":[{"from":"human","value":"Hi"},{"from":"gpt","value":"Ho"}],"text":"no"}""")]
    [InlineData("""{"messages":"[{\"role\":\"user\",\"content\":\"Hi\"},{\"role\":\"assistant\",\"content\":\"Ho\"}]"}""")]
    public void Conversations_come_in_every_usual_form(string line)
    {
        var document = Assert.Single(Lines(line));
        Assert.Equal(["user", "assistant"], document.Messages!.Select(message => message.Role));
        Assert.Equal(["Hi", "Ho"], document.Messages!.Select(message => message.Content));
        Assert.Equal("data.jsonl:1", document.Place);
    }

    [Fact]
    public void Tool_calls_and_names_reach_the_template()
    {
        var message = Lines("""{"messages":[{"role":"assistant","content":null,"tool_calls":[{"id":1}],"name":"x"}]}""").Single().Messages!.Single();
        Assert.Null(message.Content);
        Assert.Equal("""[{"id":1}]""", message.ToolCalls!.Value.GetRawText());
        Assert.Equal("x", message.Extra["name"].GetString());
    }

    [Fact]
    public void Columns_are_found_by_their_usual_names_or_by_given_ones()
    {
        var documents = Lines("\ufeff{\"text\":\"a\"}\r\n\n{\"prompt\":\"p\",\"completion\":\"c\"}\n{\"text\":\"last\"}").ToArray();
        Assert.Equal(["a", "p", "last"], documents.Select(document => document.Text));
        Assert.Equal([null, "c", null], documents.Select(document => document.Completion));
        Assert.Equal(["data.jsonl:1", "data.jsonl:3", "data.jsonl:4"], documents.Select(document => document.Place));
        const string Line = """{"text":"no","question":"q","answer":"a","story":"s","chat":[{"role":"user","content":"m"}]}""";
        Assert.Equal("s", Lines(Line, new() { Text = "story" }).Single().Text);
        var pair = Lines(Line, new() { Prompt = "question", Completion = "answer" }).Single();
        Assert.Equal(("q", "a"), (pair.Text, pair.Completion));
        Assert.Equal("m", Lines(Line, new() { Messages = "chat" }).Single().Messages!.Single().Content);
    }

    [Theory]
    [InlineData("""{"text":1}""", "data.jsonl:2: the field 'text' is Number, a string must be here")]
    [InlineData("""{"body":"x","id":1}""", "data.jsonl:2: there is no field messages, conversations, text, or prompt with completion, but body, id")]
    [InlineData("""{"text":"a\u00e4" """, "data.jsonl:2: at ")]
    [InlineData("""[1]""", "data.jsonl:2: at ")]
    [InlineData("""{"messages":[]}""", "data.jsonl:2: messages: a list of messages, with at least one, must be here")]
    [InlineData("""{"messages":["x"]}""", "data.jsonl:2: messages[0]: a message must be an object")]
    [InlineData("""{"messages":[{"role":"user","content":"x"},{"content":"x"}]}""", "data.jsonl:2: messages[1]: the role")]
    [InlineData("""{"messages":[{"role":"user","content":[1]}]}""", "data.jsonl:2: messages[0]: the content")]
    [InlineData("""{"messages":"[1"}""", "data.jsonl:2: messages: at ")]
    public void A_bad_line_is_one_error_with_file_line_and_field(string line, string message)
    {
        var error = Assert.ThrowsAny<LlmEfficiencyException>(() => Lines("{\"text\":\"fine\"}\n" + line).Count());
        Assert.Equal(ErrorKind.Input, error.Kind);
        Assert.StartsWith(message, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_column_is_told_with_those_there_are() =>
        Assert.Equal(
            "data.jsonl:1: the field 'completion' is missing or null; the record has prompt, text",
            Assert.Throws<LlmEfficiencyException>(() => Lines("""{"prompt":"a","text":"b"}""", new() { Prompt = "prompt" }).Count()).Message);

    [Fact]
    public void Lines_are_those_of_the_text_whatever_the_buffer() =>
        Gen.Select(Gen.Int[0, 70_000].Array[1, 5], Gen.Bool).Sample((lengths, endsWithBreak) =>
        {
            var text = string.Join('\n', lengths.Select((length, i) => new string((char)('a' + i), length))) + (endsWithBreak ? "\n" : "");
            var reader = new LineReader(new DataFile("x", new MemoryStream(Encoding.UTF8.GetBytes(text))));
            using var twin = new StringReader(text);
            while (twin.ReadLine() is { } expected)
            {
                Assert.Equal(expected, Encoding.UTF8.GetString(reader.Next()!));
            }

            Assert.Null(reader.Next());
        }, iter: 30);

    [Fact]
    public void An_endless_line_is_refused()
    {
        var reader = new LineReader(new DataFile("big.jsonl", new MemoryStream(new byte[100_000])), maxLength: 90_000);
        Assert.StartsWith("big.jsonl:1: the line is longer than 90000 bytes", Assert.Throws<LlmEfficiencyException>(() => reader.Next()).Message);
    }

    [Fact]
    public void A_text_is_cut_at_its_separators_wherever_blocks_end() =>
        Gen.Select(Gen.Char["ab<|\n 😀"].Array[0, 30].Select(c => new string(c)).Array[1, 6], Gen.Int[0, 66_000]).Sample((texts, padding) =>
        {
            var whole = new string('x', padding) + string.Join("<||>", texts);
            var expected = whole.Split("<||>").Select(text => text.Trim('\n')).Where(text => !string.IsNullOrWhiteSpace(text));
            Assert.Equal(expected.Select(Utf8), Texts(whole, "<||>").Select(Utf8));
        }, iter: 100);

    [Fact]
    public void Blank_lines_and_line_breaks_separate_too()
    {
        const string Text = "\ufeffone\r\ntwo\r\n \r\n\r\nthree\n\n\nfour";
        Assert.Equal(["one\ntwo", "three", "four"], Texts(Text, "\n\n"));
        Assert.Equal(["one", "two", "three", "four"], Texts(Text, "\n"));
        Assert.Equal([Text[1..]], Texts(Text, null));
        Assert.Empty(Texts(" \n", null));
    }

    [Fact]
    public void Text_that_is_not_utf8_is_refused()
    {
        using var file = new DataFile("latin.txt", new MemoryStream([0x61, 0xe4, 0x61]));
        Assert.StartsWith("latin.txt: the text is not UTF-8", Assert.Throws<LlmEfficiencyException>(() => TextDocuments.Read(file, null).Count()).Message);
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    public void Parquet_gives_back_what_was_written(CompressionMethod method) =>
        Gen.Select(Gen.String[0, 9].Select(Whole).Null(0.1), Gen.Select(Gen.String[1, 5].Select(Whole), Gen.String[0, 9].Select(Whole).Null(0.1)).Array[1, 4])
            .Array[1, 20].Sample(rows =>
            {
                var file = ParquetBuilder.Make(
                    rows.Select(row => new ParquetRow
                    {
                        Text = row.Item1,
                        Messages = [.. row.Item2.Select(m => new ParquetMessage { Role = m.Item1, Content = m.Item2 })],
                    }),
                    method, rowGroupSize: 7);
                var documents = ParquetRows.Read("x.parquet", new MemoryStream(file), new SourceSettings()).ToArray();
                Assert.Equal(rows.Length, documents.Length);
                for (var i = 0; i < rows.Length; i++)
                {
                    Assert.Equal(rows[i].Item2.Select(m => (m.Item1, m.Item2)), documents[i].Messages!.Select(m => (m.Role, m.Content!)));
                    Assert.Equal($"x.parquet: row {i + 1}", documents[i].Place);
                }

                var texts = rows.TakeWhile(row => row.Item1 is not null).Select(row => row.Item1).ToArray();
                Assert.Equal(texts, ParquetRows.Read("x.parquet", new MemoryStream(file), new SourceSettings { Text = "text" }).Take(texts.Length).Select(d => d.Text));
            }, iter: 15);

    [Fact]
    public void Parquet_without_the_columns_or_with_nothing_in_them_is_refused()
    {
        var file = ParquetBuilder.Make(new ParquetRow[] { new() { Text = null, Number = 1, Messages = null }, new() { Messages = [] } });
        Assert.StartsWith(
            "x: there is no column body of strings or messages, but text, number, messages;", Problem(new() { Text = "body" }));
        Assert.StartsWith("x: there is no column number of strings", Problem(new() { Text = "number" }));
        Assert.StartsWith("x: row 1: the field 'text' is missing or null", Problem(new() { Text = "text" }));
        Assert.StartsWith("x: row 1: messages: a list of messages, with at least one", Problem(new()));
        Assert.StartsWith("x: not a valid Parquet file", Assert.Throws<LlmEfficiencyException>(
            () => ParquetRows.Read("x", new MemoryStream("PAR1 this is not"u8.ToArray()), new()).Count()).Message);

        string Problem(SourceSettings settings) => Assert.Throws<LlmEfficiencyException>(
            () => ParquetRows.Read("x", new MemoryStream(file), settings).Count()).Message;
    }

    [Fact]
    public void Patterns_find_files_in_ordinal_order()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("b/c"));
        foreach (var name in (string[])["b.jsonl", "a.jsonl", "a.txt", "b/x.jsonl", "b/c/y.jsonl"])
        {
            File.WriteAllText(folder.File(name), "");
        }

        Assert.Equal(["a.jsonl", "b.jsonl"], Find("*.jsonl"));
        Assert.Equal(["a.jsonl", "a.txt"], Find("a.*"));
        Assert.Equal(["a.jsonl", "b.jsonl"], Find("?.jsonl"));
        Assert.Equal(["a.jsonl", "b.jsonl", "b/c/y.jsonl", "b/x.jsonl"], Find("**/*.jsonl"));
        Assert.Equal(["b/x.jsonl"], Find("*/x.jsonl"));
        Assert.Equal(["b/x.jsonl"], Find("b"));
        Assert.Equal(["a.txt"], Find("a.txt"));
        Assert.EndsWith("*.gz: there is no such file; check the path", Assert.Throws<LlmEfficiencyException>(() => Find("*.gz")).Message);

        string[] Find(string pattern) => [.. FilePatterns.Expand([folder.File(pattern)]).Select(file => Path.GetRelativePath(folder.FullPath, file).Replace('\\', '/'))];
    }

    [Fact]
    public void Compressed_files_are_read_and_damaged_ones_refused()
    {
        using var folder = new TemporaryFolder();
        using (var file = File.Create(folder.File("a.jsonl.gz")))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
        {
            gzip.Write("{\"text\":\"packed\"}\n"u8);
        }

        using (var opened = DataFile.Open(folder.File("a.jsonl.gz")))
        {
            Assert.Equal("packed", JsonLinesReader.Read(opened, new()).Single().Text);
        }

        File.WriteAllText(folder.File("b.jsonl.gz"), "no gzip at all");
        using var damaged = DataFile.Open(folder.File("b.jsonl.gz"));
        Assert.Contains("b.jsonl.gz: cannot be read", Assert.Throws<LlmEfficiencyException>(() => JsonLinesReader.Read(damaged, new()).Count()).Message);
        Assert.Throws<LlmEfficiencyException>(() => DataFile.Open(folder.File("none")));
    }

    // A lone surrogate is no text: it becomes U+FFFD on the way through UTF-8.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Utf8(string text) => Whole(text);

    private static IEnumerable<string> Texts(string text, string? separator) =>
        TextDocuments.Read(new DataFile("x", new MemoryStream(Encoding.UTF8.GetBytes(text))), separator).Select(document => document.Text!);

    private static IEnumerable<RawDocument> Lines(string text, SourceSettings? settings = null) =>
        JsonLinesReader.Read(new DataFile("data.jsonl", new MemoryStream(Encoding.UTF8.GetBytes(text))), settings ?? new());
}
