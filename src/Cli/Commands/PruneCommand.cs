using System.CommandLine;
using System.Globalization;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Depth;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Sparsity;
using LlmEfficiency.P2Law.Width;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Takes layers, widths or single weights from a model.</summary>
internal static class PruneCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() =>
        new("prune", "Make a smaller or sparser model of another, as a Hugging Face folder.") { DepthCommand(), WidthCommand(), SparseCommand() };

    private static DocumentedCommand DepthCommand()
    {
        var rate = RateOption();
        var layers = new Option<int?>("--layers") { Description = "How many layers go", HelpName = "N" };
        var drop = new Option<string?>("--drop") { Description = "The layers that go, counted from 0 and divided by commas", HelpName = "LIST" };
        var metric = new Option<string?>("--metric") { Description = string.Join(", ", LayerMetrics.All.Select(entry => entry.Name)), HelpName = "NAME" };
        var command = new DocumentedCommand("depth", "Remove whole layers.")
        {
            Examples =
            [
                "llmeff prune depth ./model --rate 0.25 --data corpus.jsonl --out pruned",
                "llmeff prune depth ./model --layers 3 --metric perplexity --data corpus.txt --samples 16 --dry-run",
                "llmeff prune depth ./model --drop 2,5 --out pruned",
            ],
        };
        return Build(command, [rate, layers, drop, metric], parsed =>
        {
            var defaults = new DepthSettings();
            int[] dropped = parsed.GetValue(drop) is { } list ? Numbers("--drop", list) : [];
            return new PruningSettings
            {
                Method = "depth",
                Rate = parsed.GetValue(rate),
                Depth = new DepthSettings
                {
                    Metric = parsed.GetValue(metric) ?? (dropped.Length > 0 ? LayerMetrics.Manual : defaults.Metric),
                    Layers = parsed.GetValue(layers),
                    Drop = dropped,
                },
            };
        });
    }

    private static DocumentedCommand WidthCommand()
    {
        var rate = RateOption();
        var hidden = new Option<int?>("--hidden") { Description = "Channels of the residual stream that stay", HelpName = "N" };
        var ffn = new Option<int?>("--ffn") { Description = "Feed-forward neurons of a layer that stay", HelpName = "N" };
        var heads = new Option<int?>("--heads") { Description = "Query heads of a layer that stay, as many of each key/value head", HelpName = "N" };
        var axes = new Option<string?>("--axes") { Description = "What the rate makes narrower: hidden, ffn, heads, divided by commas; hidden by default", HelpName = "NAMES" };
        var norm = new Option<NormScale?>("--norm") { Description = "What becomes of the gains of norms: plain, sqrt or calibrated (the default)", HelpName = "HOW" };
        var multiple = new Option<int?>("--multiple-of") { Description = "Widths that the rate chooses are multiples of this; 4 by default", HelpName = "N" };
        var command = new DocumentedCommand("width", "Make a model narrower.")
        {
            Examples =
            [
                "llmeff prune width ./model --rate 0.25 --data corpus.jsonl --out pruned",
                "llmeff prune width ./model --hidden 192 --ffn 512 --heads 4 --norm plain --data corpus.txt --out pruned",
            ],
        };
        return Build(command, [rate, hidden, ffn, heads, axes, norm, multiple], parsed =>
        {
            var defaults = new WidthSettings();
            return new PruningSettings
            {
                Method = "width",
                Rate = parsed.GetValue(rate),
                Width = new WidthSettings
                {
                    Axes = parsed.GetValue(axes) is { } names ? Axes(names) : defaults.Axes,
                    Hidden = parsed.GetValue(hidden),
                    Ffn = parsed.GetValue(ffn),
                    Heads = parsed.GetValue(heads),
                    MultipleOf = parsed.GetValue(multiple) ?? defaults.MultipleOf,
                    Norm = parsed.GetValue(norm) ?? defaults.Norm,
                },
            };
        });
    }

    private static DocumentedCommand SparseCommand()
    {
        var criterion = new Option<string?>("--criterion") { Description = string.Join(", ", SparsityCriteria.All.Select(entry => entry.Name)), HelpName = "NAME" };
        var pattern = new Option<string?>("--pattern") { Description = "N:M, with N weights that stay in each M neighbours, or the part that goes; 2:4 by default", HelpName = "PATTERN" };
        var damping = new Option<double?>("--damping") { Description = "Added to the Hessian's diagonal, as a part of its mean (sparsegpt)", HelpName = "X" };
        var block = new Option<int?>("--block-size") { Description = "Columns that are settled before the later ones are updated (sparsegpt)", HelpName = "N" };
        var command = new DocumentedCommand("sparse", "Set single weights to zero, 2:4 or by another pattern.")
        {
            Examples =
            [
                "llmeff prune sparse ./model --data corpus.jsonl --out pruned",
                "llmeff prune sparse ./model --criterion sparsegpt --pattern 4:8 --data corpus.txt --out pruned",
                "llmeff prune sparse ./model --criterion magnitude --pattern 0.5 --out pruned",
            ],
        };
        return Build(command, [criterion, pattern, damping, block], parsed =>
        {
            var defaults = new SparseSettings();
            return new PruningSettings
            {
                Method = "sparse",
                Sparse = new SparseSettings
                {
                    Criterion = parsed.GetValue(criterion) ?? defaults.Criterion,
                    Pattern = parsed.GetValue(pattern) ?? defaults.Pattern,
                    Damping = parsed.GetValue(damping) ?? defaults.Damping,
                    BlockSize = parsed.GetValue(block) ?? defaults.BlockSize,
                },
            };
        });
    }

    private static DocumentedCommand Build(DocumentedCommand command, Option[] own, Func<ParseResult, PruningSettings> read)
    {
        var (options, json) = (new PruningOptions(), JsonOption.Create());
        options.AddTo(command);
        foreach (var option in own)
        {
            command.Add(option);
        }

        command.Add(json);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;

        void Run(ParseResult parsed, CancellationToken cancellation)
        {
            var (target, streams) = (options.Target(parsed), parsed.InvocationConfiguration);
            var settings = options.WithTexts(parsed, read(parsed));
            var line = ProgressLine.For(streams.Error);
            var host = options.Host(parsed) with
            {
                Cancellation = cancellation,
                Progress = new LineProgress<PruningProgress>(step => line.Show($"{step.Stage}: {step.Done} of {step.Total}")),
            };
            var report = OutOfMemory.Guard(() => PruningRun.Run(settings, options.Model(parsed), target, host), host.Device);
            line.Clear();
            if (parsed.GetValue(json))
            {
                streams.Output.Write(report.ToJson());
            }
            else
            {
                PruningText.Write(streams.Output, report, target);
            }
        }
    }

    private static Option<double?> RateOption() =>
        new("--rate") { Description = "The part of all parameters that is to go; the nearest that can be had is taken", HelpName = "PART" };

    private static int[] Numbers(string option, string list) =>
        [.. list.Split(',').Select(item => int.TryParse(item, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new LlmEfficiencyException(ErrorKind.Usage, $"{option} is {list}: give numbers from 0 on, divided by commas"))];

    private static WidthAxis[] Axes(string names) =>
        [.. names.Split(',').Select(name => Enum.GetNames<WidthAxis>().Contains(name, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<WidthAxis>(name, ignoreCase: true)
            : throw new LlmEfficiencyException(ErrorKind.Usage, $"--axes is {names}: choose of hidden, ffn, heads, divided by commas"))];
}
