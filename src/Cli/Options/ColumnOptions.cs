using System.CommandLine;
using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.Cli.Options;

/// <summary>Where a table of losses has what, and which of its rows count.</summary>
internal sealed class ColumnOptions
{
    private const string Column = "COLUMN";

    private readonly Option<string> _loss = new("--loss") { Description = "The column of the loss, in nats a token", HelpName = Column, DefaultValueFactory = _ => "loss" };

    private readonly Option<string?> _size = new("--n") { Description = "The column of N, or of N0 before pruning, counted one by one", HelpName = Column };

    private readonly Option<string?> _tokens = new("--d") { Description = "The column of D, the tokens, counted one by one", HelpName = Column };

    private readonly Option<string?> _flops = new("--flops") { Description = "The column of C, in place of --d: D = C / (6 N)", HelpName = Column };

    private readonly Option<string?> _rate = new("--rho") { Description = "The column of the pruning rate", HelpName = Column };

    private readonly Option<string?> _baseLoss = new("--l0") { Description = "The column of the loss before pruning, on the same tokens", HelpName = Column };

    private readonly Option<string?> _baseTokens = new("--d1") { Description = "The column of the tokens of training before (law bootstrapped)", HelpName = Column };

    private readonly Option<string?> _run = new("--run")
    {
        Description = $"The column that names the run, or {ObservationColumns.EachRow}: each row is one; by default rows of equal N, rho and L0 are a run",
        HelpName = Column,
    };

    private readonly Option<string?> _method = new("--method") { Description = "Fit each value of this column apart", HelpName = Column };

    private readonly Option<string> _sizeUnit = new("--n-unit") { Description = "The unit of N in constants: 1, K, M, B, T or a number", HelpName = "UNIT", DefaultValueFactory = _ => "1" };

    private readonly Option<string> _tokenUnit = new("--d-unit") { Description = "The unit of D in constants: 1, K, M, B, T or a number", HelpName = "UNIT", DefaultValueFactory = _ => "1" };

    private readonly Option<int> _dropHighest = new("--drop-highest") { Description = "Leave out so many rows, those with the highest losses", HelpName = "N" };

    private readonly Option<double?> _minTokens = new("--min-d") { Description = "Leave out rows with fewer tokens, for example the warm-up", HelpName = "N" };

    private readonly Option<double?> _maxTokens = new("--max-d") { Description = "Leave out rows with more tokens", HelpName = "N" };

    private readonly Option<double?> _maxFlops = new("--max-flops") { Description = "Leave out rows with more compute, C = 6 N D", HelpName = "C" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[]
        {
            _loss, _size, _tokens, _flops, _rate, _baseLoss, _baseTokens, _run, _method, _sizeUnit, _tokenUnit, _dropHighest, _minTokens,
            _maxTokens, _maxFlops,
        })
        {
            command.Add(option);
        }
    }

    /// <summary>Reads the columns.</summary>
    /// <exception cref="LlmEfficiencyException">A unit or a count is wrong.</exception>
    public ObservationColumns Read(ParseResult parsed)
    {
        var drop = parsed.GetValue(_dropHighest);
        return new ObservationColumns
        {
            Loss = parsed.GetRequiredValue(_loss),
            Size = parsed.GetValue(_size),
            Tokens = parsed.GetValue(_tokens),
            Flops = parsed.GetValue(_flops),
            Rate = parsed.GetValue(_rate),
            BaseLoss = parsed.GetValue(_baseLoss),
            BaseTokens = parsed.GetValue(_baseTokens),
            Run = parsed.GetValue(_run),
            Group = parsed.GetValue(_method),
            SizeUnit = Unit(_sizeUnit.Name, parsed.GetRequiredValue(_sizeUnit)),
            TokenUnit = Unit(_tokenUnit.Name, parsed.GetRequiredValue(_tokenUnit)),
            DropHighest = drop >= 0 ? drop : throw new LlmEfficiencyException(ErrorKind.Configuration, $"{_dropHighest.Name} is {drop}: allowed is 0 or more"),
            MinTokens = parsed.GetValue(_minTokens),
            MaxTokens = parsed.GetValue(_maxTokens),
            MaxFlops = parsed.GetValue(_maxFlops),
        };
    }

    private static double Unit(string option, string text) => text switch
    {
        "K" => 1e3,
        "M" => 1e6,
        "B" => 1e9,
        "T" => 1e12,
        _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var unit) && unit > 0 && double.IsFinite(unit)
            ? unit
            : throw new LlmEfficiencyException(ErrorKind.Configuration, $"{option} is '{text}': allowed are K, M, B, T or a number above 0"),
    };
}
