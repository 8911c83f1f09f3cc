using System.CommandLine;
using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Validation;

namespace LlmEfficiency.Cli.Options;

/// <summary>Which law is fitted, how, and what is found out about the fit.</summary>
internal sealed class LawFitOptions
{
    private const string All = "all";

    private readonly Option<string> _law = new("--law")
    {
        Description = $"The law: {string.Join(", ", LawList.All.Select(law => law.Description.Name))}",
        HelpName = "NAME",
        DefaultValueFactory = _ => "p2",
    };

    private readonly Option<string> _objective = new("--objective")
    {
        Description = $"What is made small: {string.Join(", ", FitObjective.All.Select(objective => objective.Name))}",
        HelpName = "NAME",
        DefaultValueFactory = _ => FitObjective.Projected.Name,
    };

    private readonly Option<double> _delta = new("--huber-delta")
    {
        Description = "Where the Huber loss becomes linear",
        HelpName = "X",
        DefaultValueFactory = _ => new FitSettings().HuberDelta,
    };

    private readonly Option<string[]> _fix = new("--fix") { Description = "Give a constant in place of fitting it; may be given often", HelpName = "NAME=VALUE" };

    private readonly Option<string?> _compare = new("--compare") { Description = "Other laws on the same rows, divided by commas, or all", HelpName = "LAWS" };

    private readonly Option<string?> _holdOut = new("--hold-out")
    {
        Description = $"Keep rows back and predict them, divided by commas, or all: {string.Join(", ", HoldOut.All.Select(way => way.Name))}",
        HelpName = "NAMES",
    };

    private readonly Option<int> _bootstrap = new("--bootstrap")
    {
        Description = "Fit so often again for intervals; 0 for none",
        HelpName = "N",
        DefaultValueFactory = _ => new BootstrapSettings().Draws,
    };

    private readonly Option<string> _draw = new("--draw")
    {
        Description = "What a repeated fit draws: runs (whole runs), wild (the residuals of whole runs), or auto: wild below 20 runs",
        HelpName = "KIND",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<bool> _accelerated = new("--bca") { Description = "Correct the intervals of repeated fits (BCa)" };

    private readonly Option<bool> _profile = new("--profile") { Description = "Intervals from the profile of the likelihood too (squares only)" };

    private readonly Option<double> _level = new("--level")
    {
        Description = "The confidence of intervals",
        HelpName = "X",
        DefaultValueFactory = _ => 0.95,
    };

    private readonly Option<ulong> _seed = new("--seed") { Description = "The source of all random choices", HelpName = "N", DefaultValueFactory = _ => 0 };

    private readonly Option<int> _starts = new("--starts")
    {
        Description = "At most so many starts; of a larger grid they are drawn",
        HelpName = "N",
        DefaultValueFactory = _ => new FitSettings().MostStarts,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _draw.AcceptOnlyFromAmong("auto", "runs", "wild");
        _law.CompletionSources.Add([.. LawList.All.Select(law => law.Description.Name)]);
        _objective.CompletionSources.Add([.. FitObjective.All.Select(objective => objective.Name)]);
        foreach (var option in new Option[]
        {
            _law, _objective, _delta, _fix, _compare, _holdOut, _bootstrap, _draw, _accelerated, _profile, _level, _seed, _starts,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>Reads what is to be done.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="columns">Where the table has what.</param>
    /// <exception cref="LlmEfficiencyException">A name or a number is wrong.</exception>
    public FitRequest Read(ParseResult parsed, ObservationColumns columns)
    {
        var law = LawList.Find(parsed.GetRequiredValue(_law));
        var seed = parsed.GetValue(_seed);
        var objective = FitObjective.Find(parsed.GetRequiredValue(_objective));
        var hasProfiles = parsed.GetValue(_profile);
        if (hasProfiles && objective.IsRobust)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"{_profile.Name} is of no use to {objective.Name}: a Huber loss is no likelihood; leave it out");
        }

        return new FitRequest
        {
            Law = law,
            Columns = columns,
            Settings = new FitSettings
            {
                Objective = objective,
                HuberDelta = Within(_delta.Name, parsed.GetValue(_delta), value => value > 0 && double.IsFinite(value), "a number above 0"),
                MostStarts = (int)Within(_starts.Name, parsed.GetValue(_starts), value => value is >= 1 and <= 1e7, "1 to 10000000"),
                Seed = seed,
                SizeUnit = columns.SizeUnit,
                TokenUnit = columns.TokenUnit,
            },
            Givens = Givens(parsed.GetValue(_fix) ?? []),
            Bootstrap = new BootstrapSettings
            {
                Draws = (int)Within(_bootstrap.Name, parsed.GetValue(_bootstrap), value => value is >= 0 and <= 1e6, "0 to 1000000"),
                Kind = parsed.GetRequiredValue(_draw) switch { "wild" => BootstrapKind.Wild, "runs" => BootstrapKind.Runs, _ => null },
                Seed = seed,
            },
            IsAccelerated = parsed.GetValue(_accelerated),
            HasProfiles = hasProfiles,
            Level = Within(_level.Name, parsed.GetValue(_level), value => value is > 0 and < 1, "between 0 and 1"),
            HoldOuts = [.. Names(parsed.GetValue(_holdOut), HoldOut.All.Select(way => way.Name)).Select(HoldOut.Find)],
            Rivals =
            [
                .. Names(parsed.GetValue(_compare), LawList.All.Select(one => one.Description.Name)).Select(LawList.Find)
                    .Where(rival => rival != law),
            ],
        };
    }

    private static IEnumerable<string> Names(string? list, IEnumerable<string> all) => list is null ? []
        : list == All ? all
        : list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct();

    private static double Within(string option, double value, Predicate<double> isAllowed, string allowed) => isAllowed(value)
        ? value
        : throw new LlmEfficiencyException(ErrorKind.Configuration, FormattableString.Invariant($"{option} is {value}: allowed is {allowed}"));

    private Dictionary<string, double> Givens(string[] pairs)
    {
        var givens = new Dictionary<string, double>();
        foreach (var pair in pairs)
        {
            var parts = pair.Split('=');
            if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || !double.IsFinite(value) || !givens.TryAdd(parts[0], value))
            {
                throw new LlmEfficiencyException(ErrorKind.Usage, $"{_fix.Name} '{pair}' is no NAME=VALUE with a finite number, or its name is there twice");
            }
        }

        return givens;
    }
}
