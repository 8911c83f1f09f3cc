using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Sparsity;

/// <summary>
/// Goes through a model layer by layer: what a layer is calibrated with comes from the layers before it as they are already pruned.
/// One layer and the hidden states are in memory.
/// </summary>
internal sealed class SparsePlan(PruningInput input, ISparsityCriterion criterion, SparsityPattern pattern) : IPruningPlan
{
    public TransformerConfig Config => input.Config;

    public PruningOutcome Apply(Action<string, Tensor>? write)
    {
        using var record = new SparseRecord();
        var model = input.Layers();
        var states = criterion.NeedsCalibration ? input.Embed() : null;
        try
        {
            for (var index = 0; index < Config.LayerCount; index++)
            {
                input.Report("pruning layers", index, Config.LayerCount);
                using var layer = model.Layer(index);
                using (var seen = new LinearInputs(criterion))
                {
                    states?.Watch(layer, seen, input.Cancellation);
                    PruneLayer(layer, seen, record, write);
                }

                if (states is not null && index < Config.LayerCount - 1)
                {
                    using var before = states;
                    states = before.Through(layer, null, input.Cancellation);
                }
            }
        }
        finally
        {
            states?.Dispose();
        }

        foreach (var name in write is null ? [] : TransformerShapes.Of(Config).Keys.Where(name => !ParameterCounts.IsPrunable(name)))
        {
            using var copied = input.Model.Weights.Read(name);
            write!(name, copied);
        }

        return record.Finish();
    }

    // The layer goes on with the numbers that are stored, rounded as they are.
    private void PruneLayer(DecoderLayer layer, LinearInputs seen, SparseRecord record, Action<string, Tensor>? write)
    {
        foreach (var (name, weight) in layer.Parameters.Where(pair => ParameterCounts.IsPrunable(pair.Key)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            input.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            var measured = seen.At(LinearInputs.SiteOf(name))?.div((double)input.Calibration.Sequences.Count);
            var (pruned, loss) = criterion.Prune(weight, measured, pattern);
            var stored = pruned.to(input.Model.Weights.Entries[name].Type);
            _ = weight.copy_(stored);
            record.Add(name, stored, loss);
            write?.Invoke(name, stored);
        }
    }
}
