using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>Sets weights of the linear maps within the layers to zero; embedding, output matrix, norms and biases stay.</summary>
/// <param name="settings">Which weights.</param>
public sealed class SparsePruner(SparseSettings settings) : IPruner
{
    private readonly ISparsityCriterion _criterion = SparsityCriteria.Find(settings.Criterion).Create(settings);

    /// <inheritdoc/>
    public bool NeedsCalibration => _criterion.NeedsCalibration;

    /// <inheritdoc/>
    public IPruningPlan Plan(PruningInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (pattern, config) = (SparsityPattern.Parse(settings.Pattern), input.Config);
        (string Name, int Width)[] widths =
        [
            ("hidden_size", config.HiddenSize), ("num_attention_heads · head_dim", config.HeadCount * config.HeadDim),
            ("intermediate_size", config.InnerSize),
        ];
        foreach (var (name, width) in widths)
        {
            if (pattern.IsGrouped && width % pattern.Group != 0)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Configuration, $"sparse.pattern is {pattern}: {name} of the model is {width}, which {pattern.Group} does not divide");
            }
        }

        _ = NeedsCalibration ? input.Calibration : null;        // refused here, before the first layer
        return new SparsePlan(input, _criterion, pattern);
    }
}
