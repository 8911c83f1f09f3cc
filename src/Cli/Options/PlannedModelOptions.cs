using System.CommandLine;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.Cli.Options;

/// <summary>A saved fit and the model that it is asked about.</summary>
internal sealed class PlannedModelOptions
{
    private readonly Argument<string> _file = new("FIT") { Description = "The file that 'p2 fit --out' wrote" };

    private readonly Option<string?> _group = new("--group") { Description = "Which fit, where the file has one a method", HelpName = "NAME" };

    private readonly Option<double?> _size = new("--n0") { Description = "N0, the parameters before pruning, counted one by one", HelpName = "N" };

    private readonly Option<double?> _rate = new("--rho") { Description = "The pruning rate", HelpName = "X" };

    private readonly Option<double?> _baseLoss = new("--l0") { Description = "The loss before pruning, in nats", HelpName = "X" };

    private readonly Option<double?> _baseTokens = new("--d1") { Description = "The tokens of training before (law bootstrapped)", HelpName = "N" };

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_group);
        command.Add(_size);
        command.Add(_rate);
        command.Add(_baseLoss);
        command.Add(_baseTokens);
    }

    /// <summary>Reads the fit.</summary>
    public FittedLaw Law(ParseResult parsed) => FittedLaw.Find(FitFiles.Read(parsed.GetRequiredValue(_file)), parsed.GetValue(_group));

    /// <summary>Reads the model.</summary>
    /// <exception cref="LlmEfficiencyException">A number cannot be.</exception>
    public PlannedModel Model(ParseResult parsed) => new(
        Positive(parsed, _size),
        parsed.GetValue(_rate) switch
        {
            null => double.NaN,
            > 0 and < 1 and var rate => rate,
            var rate => throw new LlmEfficiencyException(
                ErrorKind.Configuration, FormattableString.Invariant($"{_rate.Name} is {rate}: allowed is a rate between 0 and 1")),
        },
        Positive(parsed, _baseLoss),
        Positive(parsed, _baseTokens));

    /// <summary>Refuses what describes one model, where several are compared.</summary>
    /// <exception cref="LlmEfficiencyException">One of these options is given.</exception>
    public void RequireNone(ParseResult parsed, string instead)
    {
        Option<double?>[] options = [_size, _rate, _baseLoss, _baseTokens];
        if (options.FirstOrDefault(option => parsed.GetValue(option) is not null) is { } given)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"{given.Name} describes one model: {instead}");
        }
    }

    /// <summary>Reads a number that must be above zero; NaN if it is not given.</summary>
    public static double Positive(ParseResult parsed, Option<double?> option) => parsed.GetValue(option) switch
    {
        null => double.NaN,
        > 0 and < double.PositiveInfinity and var value => value,
        var value => throw new LlmEfficiencyException(
            ErrorKind.Configuration, FormattableString.Invariant($"{option.Name} is {value}: allowed is a number above 0")),
    };
}
