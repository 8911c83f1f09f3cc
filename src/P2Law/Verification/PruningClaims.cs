using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.P2Law.Scoring;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Verification;

/// <summary>Looks whether what a <c>pruning.json</c> says of a model holds.</summary>
/// <param name="report">What it says.</param>
/// <param name="model">The model.</param>
internal sealed class PruningClaims(PruningReport report, StoredModel model)
{
    private readonly List<string> _proved = [], _problems = [];

    public IReadOnlyList<string> Proved => _proved;

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Looks at everything.</summary>
    /// <param name="source">What the model was made of; null leaves that out.</param>
    /// <param name="host">Where a pass runs.</param>
    public void CheckAll(StoredModel? source, PruningHost host)
    {
        Note(ProbePass.IsFinite(model, host), "it loads and runs");
        CheckSizes();
        if (report.Outcome.Kept is { } kept)
        {
            Note(MaskHash.Of(kept) == report.Outcome.MaskHash, "the mask hash is that of the units that the report names as left");
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

    private void CheckSizes()
    {
        Note(AreSame(model.Config, report.After), "the sizes are those of the report");
        Note(
            report.Outcome.Kept is not { } kept || AreSame(StructuredPlan.SizesOf(report.Before, kept), report.After),
            "the sizes follow from the source's and from what is left");
        var layers = report.Outcome.Kept?.Layers.ToArray() ?? [.. Enumerable.Range(0, report.Before.LayerCount)];
        Note(
            report.DroppedLayers.SequenceEqual(Ranking.Complement(layers, report.Before.LayerCount)),
            "the layers named as dropped are those that are not left");
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

        var origin = new PruningOrigin(report, model, source);
        var different = TransformerShapes.Of(model.Config).Keys.Where(name => !origin.Gave(name)).ToArray();
        Note(
            different.Length == 0,
            origin.KeepsWeights ? "what is left is bit by bit the source's" : "what was not pruned is bit by bit the source's",
            different);
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
