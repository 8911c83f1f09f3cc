using System.Globalization;

namespace LlmEfficiency.Identity;

/// <summary>What came out of one model, mode and drafter.</summary>
/// <param name="Model">The model.</param>
/// <param name="Mode">How the model ran.</param>
/// <param name="Drafter">The drafter.</param>
/// <param name="Prompts">How many prompts were answered.</param>
/// <param name="Tokens">How many tokens were compared.</param>
/// <param name="Passes">How many tokens a sequence gained in a pass on average.</param>
/// <param name="Seconds">The time.</param>
/// <param name="Differences">A line for each answer that differs.</param>
public sealed record IdentityResult(
    string Model, string Mode, string Drafter, int Prompts, long Tokens, double Passes, double Seconds, IReadOnlyList<string> Differences)
{
    /// <summary>Gets the table's head.</summary>
    public static string Head => $"{"model",-28} {"mode",-9} {"drafter",-12} {"prompts",7} {"tokens",8} {"a pass",7} {"seconds",8} differences";

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        Environment.NewLine,
        Differences.Select(difference => $"  {difference}").Prepend(string.Create(
            CultureInfo.InvariantCulture,
            $"{Model,-28} {Mode,-9} {Drafter,-12} {Prompts,7} {Tokens,8} {Passes,7:F2} {Seconds,8:F1} {Differences.Count}")));
}
