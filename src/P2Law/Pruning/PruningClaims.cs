using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Scoring;
using LlmEfficiency.P2Law.Sparsity;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Pruning;

/// <summary>Looks whether what a <c>pruning.json</c> says of a model holds.</summary>
/// <param name="report">What it says.</param>
/// <param name="model">The model.</param>
internal sealed class PruningClaims(PruningReport report, StoredModel model)
{
    private const int ProbeTokens = 16;

    private readonly List<string> _proved = [], _problems = [];

    public IReadOnlyList<string> Proved => _proved;

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Looks at everything.</summary>
    /// <param name="source">What the model was made of; null leaves that out.</param>
    /// <param name="host">Where a pass runs.</param>
    public void CheckAll(StoredModel? source, PruningHost host)
    {
        CheckPass(host);
        CheckSizes();
        if (report.Outcome.Kept is { } kept)
        {
            Note(MaskHash.Of(kept) == report.Outcome.MaskHash, "the mask hash is that of the units that are left");
        }
        else
        {
            CheckZeros();
        }

        if (source is not null)
        {
            CheckOrigin(source);
        }
    }

    private static bool AreSame(TransformerConfig left, TransformerConfig right) =>
        ModelSizes(left) == ModelSizes(right) && Math.Abs(left.NormEpsilon - right.NormEpsilon) <= 1e-9 * right.NormEpsilon;

    private static (int Layers, int Hidden, int Inner, int Heads, int Keys, int HeadDim, int Vocabulary, bool IsTied, string Type) ModelSizes(TransformerConfig config) =>
        (config.LayerCount, config.HiddenSize, config.InnerSize, config.HeadCount, config.KeyValueHeadCount, config.HeadDim,
            config.VocabularySize, config.TiesEmbeddings, config.ModelType);

    private void CheckPass(PruningHost host)
    {
        using var scope = NewDisposeScope();
        var length = Math.Min(ProbeTokens, model.Config.ContextLength);
        var tokens = Enumerable.Range(0, length).Select(at => at % model.Config.VocabularySize).ToArray();
        var texts = new CalibrationSet([tokens], 1);
        var stream = new LayerStream(model, host.Device, ScalarType.Float32);
        var states = HiddenStates.Embed(stream, texts);
        for (var index = 0; index < model.Config.LayerCount; index++)
        {
            using var layer = stream.Layer(index);
            using var before = states;
            states = before.Through(layer, null, host.Cancellation);
        }

        using (states)
        using (var head = stream.Head())
        {
            Note(double.IsFinite(head.Loss(states.Batches[0], texts.Batches()[0].to(host.Device.Torch))), "it loads and runs");
        }
    }

    private void CheckSizes()
    {
        Note(AreSame(model.Config, report.After), "the sizes are those of the report");
        Note(
            report.Outcome.Kept is not { } kept || AreSame(StructuredPlan.SizesOf(report.Before, kept), report.After),
            "the sizes follow from the source's and from what is left");
        var (shapes, zeros) = (ParameterCounts.Of(model.Config), report.Outcome.Matrices.Sum(matrix => matrix.Zeros));
        var after = new ParameterCounts(shapes.Total - zeros, shapes.NonEmbedding - zeros, shapes.Prunable - zeros);
        var before = ParameterCounts.Of(report.Before);
        Note(
            after == report.ParametersAfter && before == report.ParametersBefore && PruningRates.Of(before, after) == report.Rates,
            "parameters and rates are those of the sizes");
    }

    private void CheckZeros()
    {
        var pattern = SparsityPattern.Parse(report.Settings.Sparse.Pattern);
        var (hasCounts, hasPattern) = (true, true);
        using var hash = new MaskHash();
        foreach (var matrix in report.Outcome.Matrices)
        {
            using var scope = NewDisposeScope();
            var weight = model.Weights.Read(matrix.Name);
            hash.Add(matrix.Name, weight);
            hasCounts &= weight.numel() == matrix.Weights && weight.eq(0).sum().item<long>() == matrix.Zeros;
            hasPattern &= WeightMask.Follows(weight, pattern);
        }

        var expected = TransformerShapes.Of(model.Config).Keys.Where(ParameterCounts.IsPrunable);
        Note(expected.ToHashSet().SetEquals(report.Outcome.Matrices.Select(matrix => matrix.Name)), "every linear map within a layer is named");
        Note(hasCounts, "weights and zeros are as counted");
        Note(hasPattern, $"every matrix has the pattern {pattern}");
        Note(hash.Finish() == report.Outcome.MaskHash, "the mask hash is that of the weights that are not zero");
    }

    private void CheckOrigin(StoredModel source)
    {
        if (!AreSame(source.Config, report.Before))
        {
            _problems.Add($"{source.Location.Name}: has other sizes than the model that was pruned");
            return;
        }

        var plan = report.Outcome.Kept is { } kept ? new StructuredPlan(source.Weights, source.Config, kept, report.Outcome.Scores) : null;
        var keepsWeights = SparsityCriteria.Find(report.Settings.Sparse.Criterion).KeepsWeights;
        var different = TransformerShapes.Of(model.Config).Keys.Where(name => !ComesFrom(name)).ToArray();
        Note(
            different.Length == 0,
            plan is null && !keepsWeights ? "what was not pruned is bit by bit the source's" : "what is left is bit by bit the source's",
            different);

        bool ComesFrom(string name)
        {
            using var scope = NewDisposeScope();
            var weight = model.Weights.Read(name);
            var origin = plan?.Make(name) ?? source.Weights.Read(name);
            return plan is not null || !ParameterCounts.IsPrunable(name) ? weight.equal(origin).all().item<bool>()
                : !keepsWeights || weight.equal(origin).logical_or(weight.eq(0)).all().item<bool>();
        }
    }

    private void Note(bool holds, string claim, params string[] culprits)
    {
        if (holds)
        {
            _proved.Add(claim);
        }
        else
        {
            var shown = culprits.Length == 0 ? string.Empty : $" ({string.Join(", ", culprits.Take(3))}{(culprits.Length > 3 ? " …" : string.Empty)})";
            _problems.Add($"{model.Location.Name}: does not hold: {claim}{shown}: the folder was changed since it was pruned, or belongs to another model");
        }
    }
}
