using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Evaluation;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Measures how well a model predicts texts.</summary>
internal static class EvalPerplexityCommand
{
    private const string TaskPrefix = "task:";
    private const int DefaultExamples = 100;

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var model = new ModelOptions();
        var evaluation = new EvaluationOptions();
        var window = new Option<int?>("--window")
        {
            Description = "How many tokens the model sees at once; its context by default",
            HelpName = "N",
        };
        var stride = new Option<int?>("--stride")
        {
            Description = "How many tokens each further window of a long text scores; half the window by default",
            HelpName = "N",
        };
        var command = new DocumentedCommand("perplexity", "Measure how well a model predicts texts.")
        {
            Examples =
            [
                "llmeff eval perplexity --model ./model --data test.txt",
                "llmeff eval perplexity --model ./model --data task:stories --limit 200 --json",
            ],
        };
        model.AddTo(command);
        evaluation.AddTo(command, "Texts: files (.jsonl and .parquet hold documents), or task:NAME", isRequired: true);
        command.Add(window);
        command.Add(stride);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;

        void Run(ParseResult parsed, CancellationToken cancellation)
        {
            evaluation.Check(parsed);
            using var loaded = model.Load(parsed);
            var settings = new PerplexitySettings
            {
                Window = parsed.GetValue(window),
                Stride = parsed.GetValue(stride),
                Batch = evaluation.Batch(parsed),
            };
            var output = new EvaluationOutput(parsed, evaluation.IsJson(parsed));
            foreach (var data in evaluation.Data(parsed))
            {
                var source = Open(data, loaded, evaluation.Limit(parsed), evaluation.Seed(parsed));
                var report = OutOfMemory.Guard(
                    () => Perplexity.Measure(
                        loaded.Engine,
                        loaded.Tokenizer,
                        source,
                        settings,
                        output.Progress(data, source.Count),
                        cancellation),
                    loaded.Device);
                output.Add(report.ToResults());
            }

            output.Finish();
        }
    }

    private static IDocumentSource Open(string data, LoadedModel loaded, int? limit, ulong seed)
    {
        var encoder = new DocumentEncoder(loaded.Tokenizer, loaded.Template, int.MaxValue);
        return data.StartsWith(TaskPrefix, StringComparison.Ordinal)
            ? EvaluationDocuments.OfTask(
                new TaskSet(TaskList.Find(data[TaskPrefix.Length..]), seed, TaskSplit.HeldOut),
                limit ?? DefaultExamples,
                encoder)
            : EvaluationDocuments.OfFiles(data, encoder, limit);
    }
}
