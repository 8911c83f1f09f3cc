using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.SamDecoding.Indexing;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Frozen indexes of corpora: builds them, tells what they hold, looks texts up.</summary>
internal static class SamIndexCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() => new("index", "Build, describe and query frozen indexes of corpora.") { Build(), Info(), Query() };

    private static DocumentedCommand Build()
    {
        var files = new Argument<string[]>("files") { Description = "Text, JSON Lines or Parquet files, folders or patterns", Arity = ArgumentArity.OneOrMore };
        var tokenizer = Tokenizer();
        var target = new Option<string>("--out", "-o") { Description = "The index", HelpName = "FILE", Required = true };
        var separator = new Option<string?>("--separator") { Description = "What stands between two documents of a text file", HelpName = "TEXT" };
        var memory = new Option<double>("--memory")
        {
            Description = "GiB that the build may take; a corpus that needs more is cut into segments",
            DefaultValueFactory = _ => 4,
            HelpName = "GIB",
        };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("build", "Build an index of a corpus.")
        {
            Examples = ["llmeff sam index build corpus.txt --separator '<|endoftext|>' --tokenizer ./model --out corpus.sam"],
        };
        command.Add(files);
        foreach (var option in new Option[] { tokenizer, target, separator, memory, json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var read = TokenizerSource.Read(parsed.GetRequiredValue(tokenizer));
                var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
                SuffixIndexBuilder.Build(
                    parsed.GetRequiredValue(target),
                    CorpusDocuments.Read(parsed.GetRequiredValue(files), parsed.GetValue(separator), read),
                    new IndexBuildSettings
                    {
                        TokenizerHash = VocabularyHash.Of(read),
                        VocabularySize = read.Vocabulary.Size,
                        MemoryCap = (long)(parsed.GetValue(memory) * (1L << 30)),
                    },
                    new LineProgress<IndexBuildProgress>(done => line.Show(
                        string.Create(CultureInfo.InvariantCulture, $"{done.Tokens:N0} tokens of {done.Documents:N0} documents"))),
                    cancellation);
                line.Clear();
                using var index = SuffixIndex.Open(parsed.GetRequiredValue(target), []);
                Write(parsed, parsed.GetValue(json), index);
            },
            CancellationToken.None));
        return command;
    }

    private static DocumentedCommand Info()
    {
        var file = new Argument<string>("file") { Description = "The index" };
        var verifies = new Option<bool>("--verify") { Description = "Compare all checksums, however large the file is" };
        var json = JsonOption.Create();
        var command = new DocumentedCommand("info", "Tell what an index holds.") { Examples = ["llmeff sam index info corpus.sam --verify"] };
        command.Add(file);
        command.Add(verifies);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using var index = SuffixIndex.Open(parsed.GetRequiredValue(file), [], parsed.GetValue(verifies) ? true : null);
            Write(parsed, parsed.GetValue(json), index);
        });
        return command;
    }

    private static DocumentedCommand Query()
    {
        var file = new Argument<string>("file") { Description = "The index" };
        var text = new Argument<string>("text") { Description = "What to look up" };
        var tokenizer = Tokenizer();
        var count = new Option<int>("--tokens", "-n") { Description = "Show so many tokens behind the match", DefaultValueFactory = _ => 16, HelpName = "N" };
        var command = new DocumentedCommand("query", "Find the longest end of a text that the corpus holds, and what follows it there.")
        {
            Examples = ["llmeff sam index query corpus.sam \"Once upon a\" --tokenizer ./model"],
        };
        command.Add(file);
        command.Add(text);
        command.Add(tokenizer);
        command.Add(count);
        command.SetAction(parsed =>
        {
            var read = TokenizerSource.Read(parsed.GetRequiredValue(tokenizer));
            using var index = SuffixIndex.Open(parsed.GetRequiredValue(file), VocabularyHash.Of(read));
            if (parsed.GetValue(count) < 0)
            {
                throw new LlmEfficiencyException(ErrorKind.Configuration, $"--tokens is {parsed.GetValue(count)}: allowed is 0 or more");
            }

            var ids = read.Encode(parsed.GetRequiredValue(text));
            var matcher = new IndexMatcher(index);
            matcher.Append([.. ids]);
            var follows = new int[parsed.GetValue(count)];
            var found = matcher.Continuation(follows);
            var output = parsed.InvocationConfiguration.Output;
            output.WriteLine($"match    {matcher.Length} of {ids.Count} tokens: {TextDecoder.Decode(read, ids.TakeLast(matcher.Length))}");
            if (matcher.Length > 0)
            {
                output.WriteLine($"occurs   {index.Segments[matcher.Longest].Occurs(matcher.Cursors[matcher.Longest])} times");
                output.WriteLine($"follows  {TextDecoder.Decode(read, follows.Take(found), isContinuation: true)}");
            }
        });
        return command;
    }

    private static Option<string> Tokenizer() =>
        new("--tokenizer") { Description = "A tokenizer's folder or file, or a model", HelpName = "DIR", Required = true };

    private static void Write(ParseResult parsed, bool isJson, SuffixIndex index)
    {
        var output = parsed.InvocationConfiguration.Output;
        if (!isJson)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
                {index.Name}
                tokens     {index.Tokens:N0} in {index.Documents:N0} documents, {index.Segments.Count} segments
                graph      {index.Nodes:N0} nodes, {index.Edges:N0} edges
                size       {index.Bytes:N0} bytes, {(double)index.Bytes / index.Tokens:F1} a token
                tokenizer  {Convert.ToHexStringLower(index.TokenizerHash)[..16]}, {index.VocabularySize:N0} ids
                """));
            return;
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("file", index.Name);
            json.WriteNumber("tokens", index.Tokens);
            json.WriteNumber("documents", index.Documents);
            json.WriteNumber("segments", index.Segments.Count);
            json.WriteNumber("nodes", index.Nodes);
            json.WriteNumber("edges", index.Edges);
            json.WriteNumber("bytes", index.Bytes);
            json.WriteNumber("vocabulary_size", index.VocabularySize);
            json.WriteString("tokenizer_hash", Convert.ToHexStringLower(index.TokenizerHash));
            json.WriteEndObject();
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
