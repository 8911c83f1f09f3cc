using System.CommandLine;
using System.Globalization;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tasks;
using LlmEfficiency.SamDecoding.Bench;
using LlmEfficiency.SamDecoding.Drafting;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Measures drafters on Spec-Bench's questions, or built-in tasks, with a model.</summary>
internal sealed class SamBenchCommand
{
    private readonly ModelOptions _model = new();

    private readonly SamplingOptions _sampling = new();

    private readonly Option<string?> _questions = new("--questions")
    {
        Description = "Spec-Bench's questions, JSON Lines",
        HelpName = "FILE",
    };

    private readonly Option<string?> _tasks = new("--tasks")
    {
        Description = "Built-in tasks in place of --questions, divided by commas: of each --limit questions that were held out, 20 by default",
        HelpName = "NAMES",
    };

    private readonly Option<string?> _trace = new("--trace")
    {
        Description = "Recorded answers whose tokens are taken in place of the model's own, while its passes are real",
        HelpName = "FILE",
    };

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "Another tokenizer than the model's, for random weights with --trace",
        HelpName = "DIR",
    };

    private readonly Option<string> _template = new("--template")
    {
        Description = $"The form of prompts: {string.Join(", ", PromptForm.Names)}; auto is the model's own",
        DefaultValueFactory = _ => PromptForm.Automatic,
        HelpName = "NAME",
    };

    private readonly Option<string> _drafters = new("--drafter")
    {
        Description = $"Names divided by commas: {BenchMethod.Plain}, {string.Join(", ", DrafterList.All.Select(entry => entry.Name))}",
        DefaultValueFactory = _ => "none,pld,sam,suffix,auto",
        HelpName = "NAMES",
    };

    private readonly Option<int> _rows = new("--draft-rows")
    {
        Description = "At most so many tokens in a pass, the draft and the one before it",
        DefaultValueFactory = _ => 64,
        HelpName = "N",
    };

    private readonly Option<string[]> _indexes = new("--index")
    {
        Description = "Frozen indexes to draft from; may be given often",
        HelpName = "FILE",
    };

    private readonly HeadOption _head = new();

    private readonly Option<string?> _categories = new("--categories")
    {
        Description = "Names divided by commas; all by default",
        HelpName = "NAMES",
    };

    private readonly Option<int?> _limit = new("--limit") { Description = "So many questions of a task; all by default", HelpName = "N" };

    private readonly Option<int> _maxTokens = new("--max-tokens", "-n")
    {
        Description = "At most so many tokens an answer",
        DefaultValueFactory = _ => 1024,
        HelpName = "N",
    };

    private readonly Option<string?> _out = new("--out", "-o")
    {
        Description = "Keep answers and figures in this folder; questions that it holds are not run again",
        HelpName = "DIR",
    };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new SamBenchCommand();
        var command = new DocumentedCommand("bench", "Measure drafters on Spec-Bench's questions, or built-in tasks, beside plain decoding.")
        {
            Examples =
            [
                "llmeff sam bench --model ./vicuna-7b --questions question.jsonl --drafter none,pld,sam,auto --out bench",
                "llmeff sam bench --tasks copy-edit,stories,arithmetic --drafter none,sam,tr,sam+tr,eagle2,sam+eagle2,auto",
                "llmeff sam bench -m random:llama-110m --tokenizer ./llama2 --template vicuna --questions q.jsonl --trace vicuna.jsonl",
            ],
        };
        parts._model.AddTo(command);
        foreach (var option in new Option[]
        {
            parts._questions, parts._tasks, parts._trace, parts._tokenizer, parts._template, parts._drafters, parts._rows, parts._indexes,
            parts._categories, parts._limit, parts._maxTokens,
        })
        {
            command.Add(option);
        }

        parts._head.AddTo(command);
        parts._sampling.AddTo(command);
        command.Add(parts._out);
        command.Add(parts._json);
        command.SetAction((parsed, cancellation) => Task.Run(() => parts.Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var entries = Entries(parsed);
        var selection = new BenchSelection
        {
            Categories = Names(parsed.GetValue(_categories)),
            Limit = Positive(_limit.Name, parsed.GetValue(_limit)),
        };
        var settings = new BenchSettings
        {
            MaxTokens = Positive(_maxTokens.Name, parsed.GetValue(_maxTokens))!.Value,
            Rows = parsed.GetValue(_rows),
            Sampling = _sampling.Resolve(parsed, new GenerationDefaults()),
        };
        SpeculationOptions.CheckRows(settings.Rows);
        var questions = Questions(parsed, selection, settings.Sampling.Seed);
        using var loaded = _model.Load(parsed);
        var tokenizer = parsed.GetValue(_tokenizer) is { } other ? TokenizerSource.Read(other) : loaded.Tokenizer;
        var form = PromptForm.Find(parsed.GetRequiredValue(_template), tokenizer, loaded.Template);
        settings = settings with { StopTokens = loaded.Defaults.EndOfSequence ?? [] };
        using var texts = OpenedTexts.Open(parsed.GetValue(_indexes) ?? [], [], tokenizer, head: _head.Open(parsed, loaded, entries));
        var folder = BenchFolder.Open(parsed.GetValue(_out), Identity(parsed, loaded, settings));
        var subject = new BenchSubject(loaded.Engine, tokenizer, form, TimeProvider.System);
        var methods = new List<(BenchMethod Method, AnswerFile Answers)>();
        try
        {
            foreach (var entry in entries)
            {
                var method = new BenchMethod(entry, texts.Sources);
                methods.Add((method, folder.Answers(method.Name, loaded.Name)));
            }

            var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
            var measured = OutOfMemory.Guard(
                () => new BenchRun(subject, settings).Measure(
                    questions, methods, new LineProgress<int>(done => line.Show($"question {done} of {questions.Count}")), cancellation),
                loaded.Device);
            line.Clear();
            Write(parsed, folder, new BenchReport(
                loaded.Name,
                loaded.Name.StartsWith(LoadedModel.RandomPrefix, StringComparison.Ordinal) ? "random" : "checkpoint",
                loaded.Engine.Description,
                parsed.GetValue(_trace),
                questions.Count - measured.Count,
                BenchReport.Of(measured, [.. methods.Select(method => (method.Method.Name, method.Answers))])));
        }
        finally
        {
            methods.ForEach(method => method.Method.Dispose());
        }
    }

    private IReadOnlyList<BenchQuestion> Questions(ParseResult parsed, BenchSelection selection, ulong seed)
    {
        var (file, tasks) = (parsed.GetValue(_questions), Names(parsed.GetValue(_tasks)));
        if (file is null == (tasks.Length == 0))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "give --questions FILE or --tasks NAMES, and not both");
        }

        if (file is not null)
        {
            return selection.Read(file, parsed.GetValue(_trace));
        }

        return parsed.GetValue(_trace) is null && selection.Categories.Count == 0
            ? selection.Make([.. tasks.Select(name => new TaskSet(TaskList.Find(name), seed, TaskSplit.HeldOut))])
            : throw new LlmEfficiencyException(ErrorKind.Usage, "--trace and --categories belong to --questions: leave them out beside --tasks");
    }

    private void Write(ParseResult parsed, BenchFolder folder, BenchReport report)
    {
        folder.Write(report);
        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? report.ToJson() : BenchTable.Format(report));
    }

    private DrafterEntry?[] Entries(ParseResult parsed)
    {
        var names = Names(parsed.GetRequiredValue(_drafters));
        var indexes = parsed.GetValue(_indexes)?.Length ?? 0;
        DrafterEntry?[] entries = [.. names.Select(name => name == BenchMethod.Plain ? null : DrafterList.Find(name))];
        foreach (var entry in entries.Where(entry => entry is { NeedsIndex: true }))
        {
            SpeculationOptions.CheckTexts(entry, indexes, 0, hasCache: false);
        }

        _head.Check(parsed, entries);
        if (names.Length == 0 || names.Distinct().Count() < names.Length)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, "--drafter names none, or one twice: give each once");
        }

        return indexes == 0 || entries.Any(entry => entry is { UsesIndexes: true })
            ? entries
            : throw new LlmEfficiencyException(ErrorKind.Usage, "--index is of no use to the drafters named: choose auto, or leave it out");
    }

    // What the figures depend on; questions and methods may be added later.
    private Dictionary<string, string> Identity(ParseResult parsed, LoadedModel loaded, BenchSettings settings) => new(Heads(parsed))
    {
        ["model"] = loaded.Name,
        ["engine"] = loaded.Engine.Description,
        ["questions"] = parsed.GetValue(_questions) ?? parsed.GetRequiredValue(_tasks)!,
        ["trace"] = parsed.GetValue(_trace) ?? string.Empty,
        ["tokenizer"] = parsed.GetValue(_tokenizer) ?? string.Empty,
        ["template"] = parsed.GetRequiredValue(_template),
        ["indexes"] = string.Join(", ", parsed.GetValue(_indexes) ?? []),
        ["rows"] = settings.Rows.ToString(CultureInfo.InvariantCulture),
        ["maxTokens"] = settings.MaxTokens.ToString(CultureInfo.InvariantCulture),
        ["sampling"] = settings.Sampling.ToString(),
    };

    private IEnumerable<KeyValuePair<string, string>> Heads(ParseResult parsed)
    {
        if (_head.Named(parsed) is { } head)
        {
            yield return new("head", head);
        }
    }

    private static string[] Names(string? list) =>
        list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static int? Positive(string option, int? value) => value is null or >= 1
        ? value
        : throw new LlmEfficiencyException(ErrorKind.Configuration, $"{option} is {value}: allowed is 1 or more");
}
