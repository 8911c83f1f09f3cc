using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.P2Law.Cards;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Fits a law to measured losses.</summary>
internal sealed class P2FitCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Losses as CSV, TSV or JSON Lines (.jsonl)" };

    private readonly ColumnOptions _columns = new();

    private readonly LawFitOptions _fit = new();

    private readonly Option<string?> _out = new("--out", "-o") { Description = "Keep the fit in this file, for predict, plan and report", HelpName = "FILE" };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new P2FitCommand();
        var command = new DocumentedCommand("fit", "Fit a scaling law to measured losses, with intervals and a judgement of what they say.")
        {
            Examples =
            [
                "llmeff p2 fit sweep.csv --n n0 --d tokens --rho rho --l0 l0 --run run --method method --hold-out all --out fit.json",
                "llmeff p2 fit points.csv --law chinchilla --objective lse-huber --n params --flops flops --drop-highest 5",
                "llmeff p2 fit curves.csv --law chinchilla --run 1 --n 2 --d 3 --loss 4 --n-unit M --d-unit B",
            ],
        };
        command.Add(parts._file);
        parts._columns.AddTo(command);
        parts._fit.AddTo(command);
        command.Add(parts._out);
        command.Add(parts._json);
        command.SetAction((parsed, cancellation) => Task.Run(() => parts.Run(parsed, cancellation), CancellationToken.None));
        return command;
    }

    private void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var request = _fit.Read(parsed, _columns.Read(parsed));
        var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
        FitFile fits;
        try
        {
            fits = FitRun.Execute(request, parsed.GetRequiredValue(_file), new LineProgress<string>(line.Show), cancellation);
        }
        finally
        {
            line.Clear();
        }

        if (parsed.GetValue(_out) is { } path)
        {
            FitFiles.Save(fits, path);
        }

        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? FitFiles.ToShortJson(fits) : FitText.Format(fits));
    }
}
