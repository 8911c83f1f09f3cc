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
        var queries = RotaryEmbedding.Rotate(Project(_query), plan.Turns);          // [batch, seq, heads, headDim]
        var keys = RotaryEmbedding.Rotate(Project(_key), plan.Turns);               // [batch, seq, kvHeads, headDim]
        var values = Project(_value);                                               // [batch, seq, kvHeads, headDim]
        var merged = plan.Step is null
            ? Attend(queries, keys.transpose(1, 2), values.transpose(1, 2), plan)
            : AttendCached(queries, keys, values, plan);                            // [batch, seq, heads · headDim]
        plan.Observer?.ObserveActivation(_layer, LayerSite.OutputInput, merged);
        return _output.call(merged, plan.Arithmetic).MoveToOuterDisposeScope();

        Tensor Project(Projection projection)
        {
            var flat = projection.call(hidden, plan.Arithmetic);
            return flat.view(flat.shape[0], flat.shape[1], -1, _headDim);
        }
    }

    private Tensor AttendCached(Tensor queries, Tensor keys, Tensor values, ForwardPlan plan)
    {
        plan.Step!.Write(_layer, keys, values);
        return plan.Arithmetic.Attend(_layer, queries, plan);
    }

    private Tensor Attend(Tensor queries, Tensor keys, Tensor values, ForwardPlan plan)
    {
        plan.Observer?.ObserveAttention(new AttentionTrace(_layer, 0, queries, keys, values, plan.Visibility));
        return GroupedQueryAttention.Attend(queries, keys, values, plan.Visibility);
    }
}
