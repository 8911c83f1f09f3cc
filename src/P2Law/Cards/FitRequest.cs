using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Validation;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>What is to be fitted, and what is to be found out about the fit.</summary>
public sealed record FitRequest
{
    /// <summary>Gets the law.</summary>
    public required ILaw Law { get; init; }

    /// <summary>Gets where the table has what.</summary>
    public required ObservationColumns Columns { get; init; }

    /// <summary>Gets how the law is fitted.</summary>
    public FitSettings Settings { get; init; } = new();

    /// <summary>Gets constants that are not fitted, by name.</summary>
    public IReadOnlyDictionary<string, double> Givens { get; init; } = new Dictionary<string, double>();

    /// <summary>Gets how uncertainty is found; no draws means none.</summary>
    public BootstrapSettings Bootstrap { get; init; } = new();

    /// <summary>Gets whether bootstrap intervals are corrected (BCa).</summary>
    public bool IsAccelerated { get; init; }

    /// <summary>Gets whether constants have profile intervals too; only for squares.</summary>
    public bool HasProfiles { get; init; }

    /// <summary>Gets the confidence of intervals.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Gets which rows are kept back to judge the law.</summary>
    public IReadOnlyList<HoldOut> HoldOuts { get; init; } = [];

    /// <summary>Gets the laws to compare with.</summary>
    public IReadOnlyList<ILaw> Rivals { get; init; } = [];
}
