using System.Globalization;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Plans;

/// <summary>Takes whole units out of a model: layers, channels of the residual stream, feed-forward neurons, heads.</summary>
public sealed class StructuredPlan : IPruningPlan
{
    private const string LayerPrefix = "model.layers.";

    private readonly IWeightSource _source;
    private readonly TransformerConfig _config;
    private readonly KeptUnits _kept;
    private readonly PruningScores _scores;

    /// <summary>Settles what is left.</summary>
    /// <param name="source">The weights of the source.</param>
    /// <param name="config">Its sizes.</param>
    /// <param name="kept">What is left of it.</param>
    /// <param name="scores">By what was chosen.</param>
    public StructuredPlan(IWeightSource source, TransformerConfig config, KeptUnits kept, PruningScores scores)
    {
        (_source, _config, _kept, _scores) = (source, config, kept, scores);
        Config = SizesOf(config, kept);
    }

    /// <inheritdoc/>
    public TransformerConfig Config { get; }

    /// <summary>Returns the sizes of what is left of a model.</summary>
    /// <param name="config">The sizes of the source.</param>
    /// <param name="kept">What is left of it.</param>
    public static TransformerConfig SizesOf(TransformerConfig config, KeptUnits kept)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(kept);
        var heads = kept.Heads?[0].Count ?? config.HeadCount;
        return config with
        {
            LayerCount = kept.Layers.Count,
            HiddenSize = kept.Hidden?.Count ?? config.HiddenSize,
            InnerSize = kept.FeedForward?[0].Count ?? config.InnerSize,
            HeadCount = heads,
            KeyValueHeadCount = config.HeadCount == config.KeyValueHeadCount ? heads : config.KeyValueHeadCount,
            NormEpsilon = config.NormEpsilon * kept.EpsilonFactor,
        };
    }

    /// <inheritdoc/>
    public PruningOutcome Apply(Action<string, Tensor>? write)
    {
        foreach (var name in write is null ? [] : TransformerShapes.Of(Config).Keys)
        {
            using var made = Make(name);
            write!(name, made);
        }

        return new PruningOutcome(_scores, MaskHash.Of(_kept)) { Kept = _kept };
    }

    /// <summary>Makes one tensor of the result.</summary>
    /// <param name="name">Its Hugging Face name in the result.</param>
    /// <returns>The tensor, for the caller to dispose.</returns>
    public Tensor Make(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (origin, layer) = Origin(name);
        var type = _source.Entries[name].Type;     // that of the layer which has this number now
        var values = _source.Read(origin).to(type);
        var (rows, columns) = Axes(origin, layer);
        values = Select(Select(values, 0, rows), 1, columns);
        if (_kept.Gains.TryGetValue(origin, out var gain))
        {
            values = values.to(ScalarType.Float64).mul(gain).to(type);
        }

        return values.MoveToOuterDisposeScope();
    }

    // The layer of this number in the result is another one of the source.
    private (string Name, int Layer) Origin(string name)
    {
        if (!name.StartsWith(LayerPrefix, StringComparison.Ordinal))
        {
            return (name, 0);
        }

        var end = name.IndexOf('.', LayerPrefix.Length);
        var layer = _kept.Layers[int.Parse(name.AsSpan(LayerPrefix.Length, end - LayerPrefix.Length), CultureInfo.InvariantCulture)];
        return (string.Create(CultureInfo.InvariantCulture, $"{LayerPrefix}{layer}{name[end..]}"), layer);
    }

    private (IReadOnlyList<int>? Rows, IReadOnlyList<int>? Columns) Axes(string name, int layer)
    {
        var parts = name.Split('.');
        var isBias = parts[^1] == "bias";
        var (rows, columns) = parts[^2] switch
        {
            "embed_tokens" or "lm_head" => (null, _kept.Hidden),
            "q_proj" => (HeadRows(layer), _kept.Hidden),
            "k_proj" or "v_proj" => (_config.HeadCount == _config.KeyValueHeadCount ? HeadRows(layer) : null, _kept.Hidden),
            "o_proj" => (_kept.Hidden, HeadRows(layer)),
            "gate_proj" or "up_proj" => (_kept.FeedForward?[layer], _kept.Hidden),
            "down_proj" => (_kept.Hidden, _kept.FeedForward?[layer]),
            _ => (_kept.Hidden, null),              // the gain of a norm
        };
        return (rows, isBias ? null : columns);
    }

    private int[]? HeadRows(int layer) => _kept.Heads is null
        ? null
        : [.. _kept.Heads[layer].SelectMany(head => Enumerable.Range(head * _config.HeadDim, _config.HeadDim))];

    private static Tensor Select(Tensor values, int axis, IReadOnlyList<int>? kept) =>
        kept is null ? values.alias() : values.index_select(axis, tensor([.. kept.Select(index => (long)index)]));
}
