using LlmEfficiency.Core.Errors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Retention;

/// <summary>Says which cached tokens are worth keeping. The mechanism keeps the best, moves them together and counts.</summary>
/// <remarks>A policy holds no state, and what it says of a row depends on nothing but that row: a sequence in a layer.</remarks>
public interface IRetentionPolicy
{
    /// <summary>Gets the name, as on the command line.</summary>
    string Name { get; }

    /// <summary>Gets how many of the latest queries it looks at; 0 for none.</summary>
    int QueryWindow => 0;

    /// <summary>Gets whether it needs the attention that each key has received since it came, which costs a second softmax.</summary>
    bool NeedsAttentionMass => false;

    /// <summary>Returns how many of the latest tokens are kept whatever their score.</summary>
    /// <param name="budget">How many are kept in all.</param>
    int Recent(int budget) => 0;

    /// <summary>Returns how many tokens one layer keeps.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="budget">How many a layer keeps on average.</param>
    int LayerBudget(int layer, int layers, int budget) => budget;

    /// <summary>Refuses what cannot work.</summary>
    /// <param name="budget">How many tokens a layer keeps on average.</param>
    /// <param name="layers">How many layers there are.</param>
    /// <exception cref="LlmEfficiencyException">A setting is outside its range, or the budget is too small.</exception>
    void Validate(int budget, int layers);

    /// <summary>Scores the tokens that may go: the higher the longer kept; of equals, the latest stays.</summary>
    /// <param name="view">What is cached.</param>
    /// <returns>
    /// Scores in fp32 of all but the <see cref="RetentionView.Recent"/> latest tokens, <c>[rows, kvHeads, candidates]</c>, or
    /// <c>[rows, 1, candidates]</c> where all heads keep the same.
    /// </returns>
    Tensor Score(RetentionView view);
}
