using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.P2Law.Laws;

/// <summary>All laws that can be fitted.</summary>
public static class LawList
{
    private const string Ablation = "P2 Law without a part";

    /// <summary>Gets the laws, P2 Law first.</summary>
    public static IReadOnlyList<ILaw> All { get; } =
    [
        new PrunedLossLaw("p2", "Chen et al. 2025, P2 Law, form L1", PrunedLossLaw.Parts.All),
        new PrunedLossLaw("p2-no-l0", Ablation, PrunedLossLaw.Parts.All & ~PrunedLossLaw.Parts.BaseLoss),
        new PrunedLossLaw("p2-no-rho", Ablation, PrunedLossLaw.Parts.All & ~PrunedLossLaw.Parts.RateFactor),
        new PrunedLossLaw("p2-no-n0", Ablation, PrunedLossLaw.Parts.All & ~PrunedLossLaw.Parts.SizeFactor),
        new PrunedLossLaw("p2-no-d", Ablation, PrunedLossLaw.Parts.All & ~PrunedLossLaw.Parts.Tokens),
        new PrunedLossLaw("p2-no-e", Ablation, PrunedLossLaw.Parts.All & ~PrunedLossLaw.Parts.Floor),
        new PrunedLossLaw("p2-odds", "P2 Law with rho/(1-rho)", PrunedLossLaw.Parts.All | PrunedLossLaw.Parts.Odds),
        new PrunedLossLaw("p2-rho-n0", "P2 Law with an exponent of rho that changes with N0", PrunedLossLaw.Parts.All | PrunedLossLaw.Parts.RateBySize),
        new ChinchillaLaw("chinchilla", isOfKept: false),
        new ChinchillaLaw("chinchilla-kept", isOfKept: true),
        new SparsityLaw(),
        new RateOnlyLaw(),
        new BootstrappedLaw(),
        new ExponentialRecoveryLaw(),
        new LogarithmicRecoveryLaw(),
        new BrokenPowerLaw(),
    ];

    /// <summary>Returns a law by its name.</summary>
    /// <exception cref="LlmEfficiencyException">There is no law of this name.</exception>
    public static ILaw Find(string name)
    {
        if (All.FirstOrDefault(law => law.Description.Name == name) is { } found)
        {
            return found;
        }

        string[] names = [.. All.Select(law => law.Description.Name)];
        var near = Spelling.Nearest(name, names) is { } word ? $"did you mean '{word}'?" : $"there are {string.Join(", ", names)}";
        throw new LlmEfficiencyException(ErrorKind.Usage, $"'{name}' is no law: {near}");
    }
}
