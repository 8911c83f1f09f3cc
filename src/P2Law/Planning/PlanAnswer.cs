using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Planning;

/// <summary>The answer to a question about tokens.</summary>
/// <param name="Question">The question.</param>
/// <param name="Model">The model.</param>
/// <param name="IsFeasible">Whether any number of tokens does it.</param>
/// <param name="Tokens">D; 0 if the law is there without any, infinite if it is not feasible.</param>
/// <param name="TokensInterval">Its interval; an infinite end means that some repeated fits find it out of reach. Null without them.</param>
/// <param name="Loss">The loss there in nats; the asymptote if it is not feasible.</param>
/// <param name="LossInterval">The interval of the loss after that many tokens; null without repeated fits.</param>
/// <param name="Flops">The compute; infinite if it is not feasible, NaN if the size is not known.</param>
/// <param name="FlopsInterval">Its interval: that of the tokens, in FLOPs; null without repeated fits.</param>
/// <param name="Asymptote">What no number of tokens goes below, in nats; negative infinity if the law has none.</param>
/// <param name="AsymptoteInterval">Its interval; null without repeated fits.</param>
/// <param name="InfeasibleShare">The part of the repeated fits that finds it out of reach; null without them.</param>
/// <param name="Notes">What to know about the answer.</param>
public sealed record PlanAnswer(
    PlanQuestion Question,
    PlannedModel Model,
    bool IsFeasible,
    double Tokens,
    ParameterInterval? TokensInterval,
    double Loss,
    ParameterInterval? LossInterval,
    double Flops,
    ParameterInterval? FlopsInterval,
    double Asymptote,
    ParameterInterval? AsymptoteInterval,
    double? InfeasibleShare,
    IReadOnlyList<string> Notes);
