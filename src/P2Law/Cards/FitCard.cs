using LlmEfficiency.P2Law.Fitting;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Validation;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>One fit as it is kept.</summary>
public sealed record FitCard
{
    /// <summary>Gets the name of the law.</summary>
    public required string Law { get; init; }

    /// <summary>Gets the formula of the law.</summary>
    public required string Formula { get; init; }

    /// <summary>Gets the group that was fitted, for example a pruning method; empty if there is one.</summary>
    public required string Group { get; init; }

    /// <summary>Gets the name of the objective.</summary>
    public required string Objective { get; init; }

    /// <summary>Gets where the Huber loss becomes linear.</summary>
    public required double HuberDelta { get; init; }

    /// <summary>Gets the sum of squares or of Huber losses that was reached.</summary>
    public required double ObjectiveValue { get; init; }

    /// <summary>Gets how the fit ended.</summary>
    public required FitStatus Status { get; init; }

    /// <summary>Gets how many searches were made.</summary>
    public required int Starts { get; init; }

    /// <summary>Gets how many of them reached the best objective.</summary>
    public required int StartsAtBest { get; init; }

    /// <summary>Gets the constants.</summary>
    public required IReadOnlyList<FittedConstant> Constants { get; init; }

    /// <summary>Gets which constants the rows determine.</summary>
    public required Identifiability Identifiability { get; init; }

    /// <summary>Gets the rows that were fitted, in numbers.</summary>
    public required DataRange Range { get; init; }

    /// <summary>Gets the agreement with the rows.</summary>
    public required LawMetrics Metrics { get; init; }

    /// <summary>Gets the agreement with rows that were kept back.</summary>
    public required IReadOnlyList<HoldOutResult> HoldOuts { get; init; }

    /// <summary>Gets other laws on the same rows; empty unless asked for.</summary>
    public required IReadOnlyList<ComparedLaw> Comparison { get; init; }

    /// <summary>Gets the repeated fits; null if there are none.</summary>
    public BootstrapRecord? Bootstrap { get; init; }
}
