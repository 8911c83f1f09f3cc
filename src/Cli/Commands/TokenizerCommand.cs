using System.CommandLine;
using System.Text;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization.PreTokenization;
using LlmEfficiency.Core.Tokenization.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Makes tokenizers.</summary>
internal static class TokenizerCommand
{
    private static readonly UTF8Encoding StrictUtf8 = new(true, throwOnInvalidBytes: true);

    /// <summary>Builds the command.</summary>
    public static Command Create() => new("tokenizer", "Make tokenizers.") { Train() };

    private static DocumentedCommand Train()
    {
        var defaults = new BpeTrainingSettings();
        var files = new Argument<FileInfo[]>("files") { Description = "UTF-8 text files, a document each", Arity = ArgumentArity.OneOrMore };
        var folder = new Option<DirectoryInfo>("--out", "-o") { Description = "The folder to write", HelpName = "DIR", Required = true };
        var size = new Option<int>("--vocab-size")
        {
            Description = "Tokens: 256 bytes, merges, special tokens",
            DefaultValueFactory = _ => defaults.VocabularySize,
            HelpName = "N",
        };
        var frequency = new Option<long>("--min-frequency")
        {
            Description = "How often a pair must occur",
            DefaultValueFactory = _ => defaults.MinFrequency,
            HelpName = "N",
        };
        var split = new Option<string>("--pre-tokenizer") { Description = "How text is split first", DefaultValueFactory = _ => defaults.PreTokenizer.Name };
        split.AcceptOnlyFromAmong([.. PreTokenizers.All.Select(known => known.Name)]);
        var specials = new Option<string[]>("--special")
        {
            Description = "A special token; may be given often; the last one ends a text",
            DefaultValueFactory = _ => [.. defaults.Specials],
            HelpName = "TEXT",
        };
        var template = new Option<FileInfo?>("--chat-template") { Description = "A Jinja chat template to go with it", HelpName = "FILE" };
        var stops = StopTokens();
        var command = new DocumentedCommand("train", "Learn a byte-level BPE tokenizer and write tokenizer.json.")
        {
            Examples =
            [
                "llmeff tokenizer train stories.txt --vocab-size 4096 --out ./tokenizer",
                "llmeff tokenizer train chats.txt --special '<|im_start|>' --special '<|im_end|>' --special '<|endoftext|>' "
                    + "--chat-template chatml.jinja --stop-token '<|im_end|>' --stop-token '<|endoftext|>' --out ./tokenizer",
            ],
        };
        command.Add(files);
        foreach (var option in new Option[] { folder, size, frequency, split, specials, template, stops })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(
            () =>
            {
                var stopTokens = parsed.GetRequiredValue(stops);
                var settings = Settings(
                    parsed.GetRequiredValue(size), parsed.GetRequiredValue(frequency), parsed.GetRequiredValue(split), parsed.GetRequiredValue(specials), stopTokens);
                var trained = Learn(parsed, settings, parsed.GetRequiredValue(files), cancellation);
                Write(parsed, trained, parsed.GetRequiredValue(folder), parsed.GetValue(template), stopTokens);
            },
            CancellationToken.None));
        return command;
    }

    private static Option<string[]> StopTokens() => new("--stop-token")
    {
        Description = "A special token at which generation stops; may be given often; written to generation_config.json",
        DefaultValueFactory = _ => [],
        HelpName = "TEXT",
    };

    private static BpeTrainingSettings Settings(int size, long frequency, string split, string[] specials, string[] stops)
    {
        if (stops.FirstOrDefault(stop => !specials.Contains(stop)) is { } unknown)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"--stop-token '{unknown}' is no special token: give it with --special as well");
        }

        return new BpeTrainingSettings
        {
            VocabularySize = size,
            MinFrequency = frequency,
            PreTokenizer = PreTokenizers.All.Single(known => known.Name == split),
            Specials = specials,
            EndOfSequence = specials.Length > 0 ? specials[^1] : null,
        };
    }

    private static TrainedBpe Learn(ParseResult parsed, BpeTrainingSettings settings, FileInfo[] files, CancellationToken cancellation)
    {
        var trainer = new BpeTrainer(settings);
        var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
        var (done, total) = (0L, files.Sum(file => file.Exists ? file.Length : 0));
        foreach (var file in files)
        {
            cancellation.ThrowIfCancellationRequested();
            Read(trainer, file);
            line.Show("reading", done += file.Length, total);
        }

        var trained = trainer.Train(new LineProgress<int>(merges => line.Show($"{merges} merges")), cancellation);
        line.Clear();
        return trained;
    }

    private static void Write(ParseResult parsed, TrainedBpe trained, DirectoryInfo folder, FileInfo? template, string[] stops)
    {
        var source = template is null ? null : Text(template);
        if (source is not null)
        {
            _ = ChatTemplate.Parse(template!.FullName, source, string.Empty, string.Empty); // a fault of it is told before anything is written
        }

        TokenizerFolder.Write(folder, trained.ToTokenizer(), source, stops);
        parsed.InvocationConfiguration.Output.WriteLine($"{trained.Size} tokens in {Path.Join(folder.FullName, "tokenizer.json")}");
    }

    private static string Text(FileInfo file)
    {
        try
        {
            return File.ReadAllText(file.FullName, StrictUtf8);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{file}: cannot be read as UTF-8 text: {problem.Message}", problem);
        }
    }

    private static void Read(BpeTrainer trainer, FileInfo file)
    {
        try
        {
            using var reader = new StreamReader(file.FullName, StrictUtf8, detectEncodingFromByteOrderMarks: false);
            trainer.Add(reader);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{file}: cannot be read as UTF-8 text: {problem.Message}", problem);
        }
    }
}
