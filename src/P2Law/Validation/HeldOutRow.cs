using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Validation;

/// <summary>A row that was kept back, and what the others predict. Sizes and tokens are counted one by one; NaN is not known.</summary>
/// <param name="Run">Its run.</param>
/// <param name="Size">N0.</param>
/// <param name="Rate">ρ.</param>
/// <param name="Tokens">D.</param>
/// <param name="Loss">The measured loss in nats.</param>
/// <param name="Prediction">The predicted loss.</param>
/// <param name="Interval">The interval of a measurement there.</param>
public sealed record HeldOutRow(
    string Run, double Size, double Rate, double Tokens, double Loss, double Prediction, ParameterInterval Interval);
