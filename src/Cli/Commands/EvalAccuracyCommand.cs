using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Measures how many answers of a model are right.</summary>
internal sealed class EvalAccuracyCommand
{
    private const int DefaultExamples = 100;

    private static readonly string[] DefaultTasks = ["stories", "arithmetic", "copy-edit", "chat"];

    private readonly ModelOptions _model = new();

    private readonly EvaluationOptions _evaluation = new();

    private readonly Option<string?> _tasks = new("--tasks")
    {
        Description = $"Built-in tasks, divided by commas; {string.Join(',', DefaultTasks)} if there is no --data",
        HelpName = "NAMES",
    };

    private readonly Option<int> _samples = new("--samples")
    {
        Description = "Answers a question",
        DefaultValueFactory = _ => 1,
        HelpName = "K",
    };

    private readonly Option<double> _temperature = new("--temperature")
    {
        Description = "Divides the logits; 0 is greedy",
        HelpName = "X",
    };

    private readonly Option<int> _maxTokens = new("--max-tokens", "-n")
    {
        Description = "At most so many tokens an answer",
        DefaultValueFactory = _ => 256,
        HelpName = "N",
    };

    private readonly Option<double> _tolerance = new("--tolerance")
    {
        Description = "Relative difference that counts as none; 0.01 where the references of --data are rounded",
        HelpName = "X",
    };

    private readonly Option<string?> _answers = new("--answers")
    {
        Description = "Writes every generated answer and the verdict on it there, as JSON Lines",
        HelpName = "FILE",
    };

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new EvalAccuracyCommand();
        var command = new DocumentedCommand("accuracy", "Measure how many answers of a model are right.")
        {
            Examples =
            [
                "llmeff eval accuracy --model ./model --tasks arithmetic,chat --limit 200",
                "llmeff eval accuracy --model ./model --data gsm8k.jsonl --samples 4 --temperature 0.7 --json",
                "llmeff eval accuracy --tasks copy-edit --answers answers.jsonl",
            ],
        };
        parts._model.AddTo(command);
        parts._evaluation.AddTo(command, "JSON Lines with question and answer, or with choices too", isRequired: false);
        foreach (var option in new Option[]
        {
            parts._tasks, parts._samples, parts._temperature, parts._maxTokens, parts._tolerance, parts._answers,
        })
        {
            command.Add(option);
        }

        command.SetAction(
            (parsed, cancellation) => Task.Run(() => parts.Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellation)
    {
        _evaluation.Check(parsed);
        var names = parsed.GetValue(_tasks)?.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            ?? (_evaluation.Data(parsed).Count > 0 ? [] : DefaultTasks);
        TaskSet[] sets =
            [.. names.Select(name => new TaskSet(TaskList.Find(name), _evaluation.Seed(parsed), TaskSplit.HeldOut))];
        var files = _evaluation.Data(parsed)
            .Select(path => (Path: path, Questions: QuestionFile.Read(path, _evaluation.Limit(parsed)))).ToArray();
        var settings = Settings(parsed);
        if (parsed.GetValue(_answers) is { } path)
        {
            AtomicFile.Write(path, stream => Evaluate(parsed, sets, files, settings, stream, cancellation));
        }
        else
        {
            Evaluate(parsed, sets, files, settings, Stream.Null, cancellation);
        }
    }

    private void Evaluate(
        ParseResult parsed,
        IEnumerable<TaskSet> sets,
        IEnumerable<(string Path, IReadOnlyList<FileQuestion> Questions)> files,
        GenerationAccuracySettings settings,
        Stream answers,
        CancellationToken cancellation)
    {
        var log = new AnswerLog(answers);
        using var loaded = _model.Load(parsed);
        settings = settings with { StopTokens = loaded.Defaults.EndOfSequence ?? [] };
        var model = new EvaluatedModel(loaded.Name, loaded.Engine, loaded.Tokenizer, loaded.Template);
        var output = new EvaluationOutput(parsed, _evaluation.IsJson(parsed));
        foreach (var set in sets)
        {
            var count = _evaluation.Limit(parsed) ?? DefaultExamples;
            output.Add(OutOfMemory.Guard(
                () => new TaskEvaluation(model, settings with { Judged = log.Of(set.Task.Name) })
                    .Run(set, count, output.Progress(set.Task.Name, null), cancellation),
                loaded.Device));
        }

        foreach (var (path, questions) in files)
        {
            output.Add(OutOfMemory.Guard(
                () => new QuestionEvaluation(model, settings with { Judged = log.Of(path) })
                    .Run(path, questions, output.Progress(path, null), cancellation),
                loaded.Device));
        }

        output.Finish();
    }

    private GenerationAccuracySettings Settings(ParseResult parsed)
    {
        var settings = new GenerationAccuracySettings
        {
            MaxTokens = parsed.GetValue(_maxTokens),
            Samples = parsed.GetValue(_samples),
            Sampling = new SamplingSettings
            {
                Temperature = parsed.GetValue(_temperature),
                Seed = _evaluation.Seed(parsed),
            },
            Batch = _evaluation.Batch(parsed),
            RelativeTolerance = parsed.GetValue(_tolerance),
        };
        settings.Validate();
        return settings;
    }
}
