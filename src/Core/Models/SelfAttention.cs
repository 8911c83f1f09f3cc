using LlmEfficiency.Core.Tensors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Attention with rotary positions and grouped queries, over new tokens alone or over a cache as well.</summary>
internal sealed class SelfAttention : nn.Module<Tensor, ForwardPlan, Tensor>
{
    [ComponentName(Name = "q_proj")]
    private readonly Projection _query;

    [ComponentName(Name = "k_proj")]
    private readonly Projection _key;

    [ComponentName(Name = "v_proj")]
    private readonly Projection _value;

    [ComponentName(Name = "o_proj")]
    private readonly Projection _output;

    private readonly int _layer;
    private readonly int _headDim;

    public SelfAttention(ParameterScope scope, TransformerConfig config, int layer)
        : base(nameof(SelfAttention))
    {
        (_layer, _headDim) = (layer, config.HeadDim);
        var (queries, pairs) = (config.HeadCount * _headDim, config.KeyValueHeadCount * _headDim);
        _query = new Projection(scope["q_proj"], config.HiddenSize, queries, config.HasQueryKeyValueBias);
        _key = new Projection(scope["k_proj"], config.HiddenSize, pairs, config.HasQueryKeyValueBias);
        _value = new Projection(scope["v_proj"], config.HiddenSize, pairs, config.HasQueryKeyValueBias);
        _output = new Projection(scope["o_proj"], queries, config.HiddenSize, config.HasOutputBias);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var queries = RotaryEmbedding.Rotate(SplitHeads(_query.call(hidden)), plan.Turns);  // [batch, seq, heads, headDim]
        var keys = RotaryEmbedding.Rotate(SplitHeads(_key.call(hidden)), plan.Turns);       // [batch, seq, kvHeads, headDim]
        var values = SplitHeads(_value.call(hidden));                                       // [batch, seq, kvHeads, headDim]
        var merged = plan.Step is null
            ? Attend(0, queries, keys.transpose(1, 2), values.transpose(1, 2), plan.Visibility, plan.Observer)
            : AttendCached(queries, keys, values, plan);                                    // [batch, seq, heads · headDim]
        return _output.call(merged).MoveToOuterDisposeScope();
    }

    private Tensor AttendCached(Tensor queries, Tensor keys, Tensor values, ForwardPlan plan)
    {
        var step = plan.Step!;
        step.Write(_layer, keys, values);
        var runs = step.Runs(_layer);
        var parts = new List<Tensor>(runs.Count);
        foreach (var run in runs)
        {
            var (seenKeys, seenValues) = step.Read(_layer, run);
            var part = runs.Count == 1 ? queries : queries.narrow(0, run.FirstRow, run.Rows);
            parts.Add(Attend(run.FirstRow, part, seenKeys, seenValues, run.Visibility, plan.Observer));
        }

        return parts.Count == 1 ? parts[0] : cat(parts, 0);
    }

    private Tensor Attend(
        int firstRow, Tensor queries, Tensor keys, Tensor values, Visibility visibility, IForwardObserver? observer)
    {
        observer?.ObserveAttention(new AttentionTrace(_layer, firstRow, queries, keys, values, visibility));
        return GroupedQueryAttention.Attend(queries, keys, values, visibility);
    }

    private Tensor SplitHeads(Tensor flat) => flat.view(flat.shape[0], flat.shape[1], -1, _headDim);
}
