using LlmEfficiency.Core.Loading;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Sparsity;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Verification;

/// <summary>Compares the tensors of a pruned model with what pruning makes of its source.</summary>
internal sealed class PruningOrigin
{
    private readonly StoredModel _model;
    private readonly StoredModel _source;
    private readonly StructuredPlan? _plan;

    /// <summary>Prepares to compare.</summary>
    /// <param name="report">What was done.</param>
    /// <param name="model">The pruned model.</param>
    /// <param name="source">Its source.</param>
    public PruningOrigin(PruningReport report, StoredModel model, StoredModel source)
    {
        (_model, _source) = (model, source);
        _plan = report.Outcome.Kept is { } kept ? new StructuredPlan(source.Weights, source.Config, kept, report.Outcome.Scores) : null;
        KeepsWeights = _plan is not null || SparsityCriteria.Find(report.Settings.Sparse.Criterion).KeepsWeights;
    }

    /// <summary>Gets whether all that is left of a tensor is the source's.</summary>
    public bool KeepsWeights { get; }

    /// <summary>Tells whether a tensor is what pruning makes of the source's.</summary>
    /// <param name="name">Its Hugging Face name in the pruned model.</param>
    public bool Gave(string name)
    {
        using var scope = NewDisposeScope();
        var weight = _model.Weights.Read(name);
        var isOpen = _plan is null && ParameterCounts.IsPrunable(name);         // zeros may be anywhere in it
        return isOpen
            ? !KeepsWeights || weight.equal(_source.Weights.Read(name)).logical_or(weight.eq(0)).all().item<bool>()
            : weight.equal(_plan?.Make(name) ?? _source.Weights.Read(name)).all().item<bool>();
    }
}
