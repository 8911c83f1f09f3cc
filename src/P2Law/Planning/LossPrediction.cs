using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>A predicted loss.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tokens">D.</param>
/// <param name="Loss">The loss in nats.</param>
/// <param name="Interval">Where the law's own loss lies; null without repeated fits.</param>
/// <param name="MeasurementInterval">Where a measured loss lies, the scatter of the rows included; null without repeated fits.</param>
/// <param name="Notes">What to know about the answer.</param>
public sealed record LossPrediction(
    PlannedModel Model,
    double Tokens,
    double Loss,
    ParameterInterval? Interval,
    ParameterInterval? MeasurementInterval,
    IReadOnlyList<string> Notes);
