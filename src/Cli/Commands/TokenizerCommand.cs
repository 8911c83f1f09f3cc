using System.CommandLine;
using System.Text;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.HuggingFace;
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
        var command = new DocumentedCommand("train", "Learn a byte-level BPE tokenizer and write tokenizer.json.")
        {
            Examples = ["llmeff tokenizer train stories.txt --vocab-size 4096 --out ./tokenizer"],
        };
        command.Add(files);
        foreach (var option in new Option[] { folder, size, frequency, split, specials })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) =>
        {
            var words = parsed.GetRequiredValue(specials);
            var settings = new BpeTrainingSettings
            {
                VocabularySize = parsed.GetRequiredValue(size),
                MinFrequency = parsed.GetRequiredValue(frequency),
                PreTokenizer = PreTokenizers.All.Single(known => known.Name == parsed.GetRequiredValue(split)),
                Specials = words,
                EndOfSequence = words.Length > 0 ? words[^1] : null,
            };
            return Task.Run(() => Run(parsed, settings, parsed.GetRequiredValue(files), parsed.GetRequiredValue(folder), cancellation), CancellationToken.None);
        });
        return command;
    }

    private static void Run(
        ParseResult parsed, BpeTrainingSettings settings, FileInfo[] files, DirectoryInfo folder, CancellationToken cancellation)
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
        try
        {
            folder.Create();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{folder}: cannot be made: {problem.Message}", problem);
        }

        TokenizerJsonWriter.Write(folder.FullName, trained.ToTokenizer());
        parsed.InvocationConfiguration.Output.WriteLine($"{trained.Size} tokens in {Path.Join(folder.FullName, "tokenizer.json")}");
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
