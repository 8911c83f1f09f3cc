using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>A constant of a fit.</summary>
/// <param name="Name">The name.</param>
/// <param name="Unit">The unit; <c>[N]</c> and <c>[D]</c> are the units of sizes and tokens.</param>
/// <param name="Value">The value; null where the rows do not determine it.</param>
/// <param name="PredictionValue">The value that predictions use. Where <paramref name="Value"/> is null it means nothing by itself.</param>
/// <param name="IsGiven">Whether it was given, not fitted.</param>
/// <param name="BootstrapInterval">The interval from repeated fits; null if there is none.</param>
/// <param name="ProfileInterval">The interval from the profile of the likelihood; null if there is none.</param>
public sealed record FittedConstant(
    string Name,
    string Unit,
    double? Value,
    double PredictionValue,
    bool IsGiven,
    ParameterInterval? BootstrapInterval = null,
    ParameterInterval? ProfileInterval = null);
