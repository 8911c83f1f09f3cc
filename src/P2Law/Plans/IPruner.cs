namespace LlmEfficiency.P2Law.Plans;

/// <summary>Makes a smaller or sparser model of a stored one.</summary>
public interface IPruner
{
    /// <summary>Gets whether it looks at the model with texts.</summary>
    bool NeedsCalibration { get; }

    /// <summary>Settles what the result will be, as far as that can be told before a weight is written.</summary>
    /// <param name="input">The model and the texts.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">The settings do not fit the model.</exception>
    IPruningPlan Plan(PruningInput input);
}
