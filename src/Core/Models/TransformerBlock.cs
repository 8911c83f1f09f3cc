using LlmEfficiency.Core.Tensors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>One layer: attention, then feed-forward, each on a normalised copy and added to the residual stream.</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, ForwardPlan, Tensor>
{
    [ComponentName(Name = "input_layernorm")]
    private readonly RmsNorm? _attentionNorm;

    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "post_attention_layernorm")]
    private readonly RmsNorm _feedForwardNorm;

    [ComponentName(Name = "mlp")]
    private readonly FeedForward _feedForward;

    private readonly int _layer;

    public TransformerBlock(ParameterScope scope, TransformerConfig config, int layer, bool hasAttentionNorm = true)
        : base(nameof(TransformerBlock))
    {
        _layer = layer;
        _attentionNorm = hasAttentionNorm ? new RmsNorm(scope["input_layernorm"], config.HiddenSize, config.NormEpsilon) : null;
        _attention = new SelfAttention(scope["self_attn"], config, layer);
        _feedForwardNorm = new RmsNorm(scope["post_attention_layernorm"], config.HiddenSize, config.NormEpsilon);
        _feedForward = new FeedForward(scope["mlp"], config, layer);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var attended = hidden.add(_attention.call(Normalise(hidden, _attentionNorm, LayerSite.AttentionResidual), plan), Scalars.One);
        var normed = Normalise(attended, _feedForwardNorm, LayerSite.FeedForwardResidual);
        return attended.add(_feedForward.call(normed, plan), Scalars.One).MoveToOuterDisposeScope();

        Tensor Normalise(Tensor residual, RmsNorm? norm, LayerSite site)
        {
            var input = norm?.call(residual, plan.Arithmetic) ?? residual;
            plan.Observer?.ObserveActivation(_layer, site, residual);
            plan.Observer?.ObserveActivation(_layer, site + 1, input);      // what is read follows the stream it is made of
            return input;
        }
    }
}
