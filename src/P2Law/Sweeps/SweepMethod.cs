using System.ComponentModel;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>One way of pruning, at one rate or several.</summary>
public sealed record SweepMethod
{
    /// <summary>The name of the control, from which nothing is taken.</summary>
    public const string Control = "none";

    /// <summary>Gets its name in the table.</summary>
    [Description("Name in the table, such as depth or 2:4")]
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets the rates, each a cell; empty is one cell whose rate the pruning settings decide.</summary>
    [Description("Parts of all parameters that are to go, each a cell; empty is one cell as pruning says (2:4)")]
    public IReadOnlyList<double> Rates { get; init; } = [];

    /// <summary>Gets how is pruned; without calibration data the sweep's training data are taken, and the seed is the cell's.</summary>
    [Description("How is pruned; without calibration data the training data are taken, and the calibration's seed is the cell's")]
    public PruningSettings Pruning { get; init; } = new();

    /// <summary>Gets whether weights became zero that have to stay so.</summary>
    internal bool IsSparse => Pruning.Method == "sparse";

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        Pruning.Validate();
        if (Name.Length == 0 || Rates.Any(rate => !(rate > 0 && rate < 1)) || Rates.Distinct().Count() != Rates.Count)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"methods: name is '{Name}' (not empty), rates are [{string.Join(", ", Rates)}] (each once, above 0 and below 1)"));
        }
    }
}
