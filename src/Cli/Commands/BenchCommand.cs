using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Measuring;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Measures how fast a model runs here.</summary>
internal sealed class BenchCommand
{
    private readonly ModelOptions _model = new();

    private readonly Option<string> _rows = new("--k")
    {
        Description = "How many tokens the measured passes run, divided by commas",
        DefaultValueFactory = _ => "1,2,4,6,8,12,16,32,64",
        HelpName = "LIST",
    };

    private readonly Option<int> _context = new("--context")
    {
        Description = "How many tokens a sequence has already, and the measured prompt",
        DefaultValueFactory = _ => new DecodeBenchmarkSettings().Context,
        HelpName = "N",
    };

    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "How long each measurement is repeated, five times at least",
        DefaultValueFactory = _ => new DecodeBenchmarkSettings().SecondsEach,
        HelpName = "S",
    };

    private readonly Option<bool> _forgets = new("--no-keep") { Description = "Do not keep the costs of passes for --speculate auto" };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new Command("bench", "Measure how fast models run on this machine.");
        command.Add(new BenchCommand().CreateDecode());
        return command;
    }

    private DocumentedCommand CreateDecode()
    {
        var command = new DocumentedCommand("decode", "Measure decoding, verification of drafts and prompts, beside the speed of memory.")
        {
            Examples =
            [
                "llmeff bench decode -m random:llama-110m --weights bf16",
                "llmeff bench decode -m ./llama --weights fp32 --threads 2 --k 1,8,16 --json",
            ],
        };
        _model.AddTo(command);
        foreach (var option in new Option[] { _rows, _context, _seconds, _forgets, _json })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var settings = new DecodeBenchmarkSettings
        {
            Context = parsed.GetValue(_context),
            Rows = Numbers(parsed.GetRequiredValue(_rows)),
            SecondsEach = parsed.GetValue(_seconds),
        };
        using var loaded = _model.Load(parsed);
        var (output, line) = (parsed.InvocationConfiguration.Output, ProgressLine.For(parsed.InvocationConfiguration.Error));
        var threads = TorchThreads.Current;
        var done = 0;
        var measured = DecodeBenchmark.Run(
            loaded.Engine, settings, () => MemoryBandwidth.Measure(threads), new LineProgress<string>(what => line.Show(what, done++, settings.Rows.Count + 2)), cancellation);
        line.Clear();
        if (!parsed.GetValue(_forgets))
        {
            CostCurves.OfUser?.Keep(loaded.Engine, measured);
        }

        if (parsed.GetValue(_json))
        {
            output.WriteLine(JsonSerializer.Serialize(measured, MeasuringJson.Default.DecodeMeasurement));
            return;
        }

        output.WriteLine(DecodeMeasurementText.Format(loaded.Name, measured));
    }

    private static int[] Numbers(string list) =>
    [
        .. list.Split(',', StringSplitOptions.TrimEntries).Select(text => int.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new LlmEfficiencyException(ErrorKind.Usage, $"--k is '{list}': numbers divided by commas are wanted")),
    ];
}
