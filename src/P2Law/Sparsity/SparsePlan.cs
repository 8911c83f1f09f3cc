using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Calibration;
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
    private readonly HashSet<string> _names = [.. TransformerShapes.Of(input.Config).Keys];
    private readonly List<SparseMatrix> _matrices = [];

    public TransformerConfig Config => input.Config;

    public PruningOutcome Apply(Action<string, Tensor>? write)
    {
        using var hash = new MaskHash();
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
                    PruneLayer(layer, seen, hash, write);
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

        foreach (var name in write is null ? [] : _names.Except(_matrices.Select(matrix => matrix.Name)))
        {
            using var copied = input.Model.Weights.Read(name);
            write!(name, copied);
        }

        return new PruningOutcome(new PruningScores(), hash.Finish()) { Matrices = [.. _matrices] };
    }

    // The layer goes on with the numbers that are stored, rounded as they are.
    private void PruneLayer(DecoderLayer layer, LinearInputs seen, MaskHash hash, Action<string, Tensor>? write)
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
            hash.Add(name, stored);
            _matrices.Add(new SparseMatrix(name, stored.numel(), stored.eq(0).sum().item<long>(), loss));
            write?.Invoke(name, stored);
        }
    }
}
