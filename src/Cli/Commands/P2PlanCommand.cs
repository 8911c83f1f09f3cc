using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.P2Law.Reporting;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Plans tokens, or the choice of a model, by a saved fit.</summary>
internal sealed class P2PlanCommand
{
    private readonly PlannedModelOptions _model = new();

    private readonly Option<double?> _slope = new("--slope") { Description = "Stop when one more token brings less, in nats a token", HelpName = "X" };

    private readonly Option<double?> _target = new("--target-loss") { Description = "Reach this loss", HelpName = "X" };

    private readonly Option<double?> _tokens = new("--tokens") { Description = "Spend so many tokens", HelpName = "N" };

    private readonly Option<double?> _compute = new("--compute") { Description = "Spend so many FLOPs, 6 a token and parameter that is left", HelpName = "C" };

    private readonly Option<double?> _fraction = new("--fraction")
    {
        Description = "Close this part of the gap between the loss at --from and the asymptote",
        HelpName = "X",
    };

    private readonly Option<double?> _from = new("--from") { Description = "D0, the tokens from which the gap is counted", HelpName = "N" };

    private readonly Option<bool> _dense = new("--dense") { Description = "Zeros cost compute too, as with 2:4 weights in dense kernels" };

    private readonly Option<double?> _finalSize = new("--final-size") { Description = "Choose which model to prune to so many parameters", HelpName = "N" };

    private readonly Option<string[]> _candidates = new("--candidate")
    {
        Description = "A model and its loss before pruning; may be given often (the sizes of the fitted table)",
        HelpName = "N0=L0",
    };

    private readonly Option<string?> _data = new("--data") { Description = "The table that --final-size takes models from (the one that was fitted, where it was)", HelpName = "FILE" };

    private readonly Option<string?> _out = new("--out", "-o") { Description = "Write the answer with its curves as one HTML file too", HelpName = "FILE" };

    private readonly Option<bool> _json = JsonOption.Create();

    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var parts = new P2PlanCommand();
        var command = new DocumentedCommand("plan", "Plan how many tokens a pruned model is worth, or which model to prune.")
        {
            Examples =
            [
                "llmeff p2 plan fit.json --n0 3.2e9 --rho 0.25 --l0 2.1 --slope 1e-11",
                "llmeff p2 plan fit.json --n0 3.2e9 --rho 0.25 --l0 2.1 --target-loss 2.2",
                "llmeff p2 plan fit.json --n0 3.2e9 --rho 0.25 --l0 2.1 --fraction 0.9 --from 1e8 --out plan.html",
                "llmeff p2 plan fit.json --final-size 2e9 --candidate 3.2e9=2.1 --candidate 8e9=1.9 --compute 1e19",
            ],
        };
        parts._model.AddTo(command);
        foreach (var option in new Option[]
        {
            parts._slope, parts._target, parts._tokens, parts._compute, parts._fraction, parts._from, parts._dense, parts._finalSize,
            parts._candidates, parts._data, parts._out, parts._json,
        })
        {
            command.Add(option);
        }

        command.SetAction(parts.Run);
        return command;
    }

    private void Run(ParseResult parsed)
    {
        var law = _model.Law(parsed);
        var question = Question(parsed);
        var finalSize = PlannedModelOptions.Positive(parsed, _finalSize);
        if (double.IsNaN(finalSize))
        {
            RequireFinalSize(parsed, _candidates, parsed.GetValue(_candidates) is { Length: > 0 });
            RequireFinalSize(parsed, _data, parsed.GetValue(_data) is not null);
            var answer = new LawPlanner(law).Answer(question, _model.Model(parsed), parsed.GetValue(_dense));
            Write(
                parsed,
                () => JsonSerializer.Serialize([answer], PlanJson.Default.IReadOnlyListPlanAnswer),
                () => PlanText.Format(answer, law),
                () => PlanReport.Build(answer, law));
        }
        else
        {
            _model.RequireNone(parsed, $"with {_finalSize.Name} name each with {_candidates.Name} N0=L0");
            var planner = new SizePlanner(law);
            var plan = planner.Choose(finalSize, Models(parsed, planner, law.File.DataFile, finalSize), question, parsed.GetValue(_dense));
            Write(
                parsed,
                () => JsonSerializer.Serialize(plan, PlanJson.Default.SizePlan),
                () => PlanText.Format(plan, law),
                () => PlanReport.Build(plan, law));
        }
    }

    private void RequireFinalSize(ParseResult parsed, Option option, bool isGiven)
    {
        if (isGiven && parsed.GetValue(_finalSize) is null)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"{option.Name} belongs to {_finalSize.Name}: give both or none");
        }
    }

    private void Write(ParseResult parsed, Func<string> json, Func<string> text, Func<HtmlReport> page)
    {
        if (parsed.GetValue(_out) is { } path)
        {
            page().Save(path);
        }

        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(_json) ? json() : text());
    }

    private PlanQuestion Question(ParseResult parsed)
    {
        (PlanKind Kind, Option<double?> Option)[] kinds =
        [
            (PlanKind.Slope, _slope), (PlanKind.TargetLoss, _target), (PlanKind.Tokens, _tokens), (PlanKind.Compute, _compute),
            (PlanKind.Fraction, _fraction),
        ];
        var given = kinds.Where(kind => parsed.GetValue(kind.Option) is not null).ToArray();
        if (given.Length != 1)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage, $"a plan has one question: give one of {string.Join(", ", kinds.Select(kind => kind.Option.Name))}");
        }

        var from = PlannedModelOptions.Positive(parsed, _from);
        if (double.IsNaN(from) == (given[0].Kind == PlanKind.Fraction))
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"{_fraction.Name} and {_from.Name} belong together: give both or none");
        }

        var question = new PlanQuestion(given[0].Kind, parsed.GetValue(given[0].Option)!.Value, from);
        question.Check();
        return question;
    }

    private PlannedModel[] Models(ParseResult parsed, SizePlanner planner, string fitted, double finalSize)
    {
        if (parsed.GetValue(_candidates) is { Length: > 0 } pairs)
        {
            return [.. pairs.Select(Candidate)];
        }

        var path = parsed.GetValue(_data) ?? fitted;
        PlannedModel[] larger = [.. planner.Models(DataTableReader.Read(path)).Where(model => model.Size > finalSize)];
        return larger.Length > 0 ? larger : throw new LlmEfficiencyException(
            ErrorKind.Input, FormattableString.Invariant($"{path}: no size is above {finalSize:G6} parameters: name models with {_candidates.Name} N0=L0"));
    }

    private PlannedModel Candidate(string pair)
    {
        var numbers = pair.Split('=')
            .Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN)
            .ToArray();
        return numbers.Length == 2 && numbers.All(number => number > 0 && double.IsFinite(number))
            ? new PlannedModel(numbers[0], BaseLoss: numbers[1])
            : throw new LlmEfficiencyException(ErrorKind.Usage, $"{_candidates.Name} '{pair}' is no N0=L0 of two numbers above 0");
    }
}
