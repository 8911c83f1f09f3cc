using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>The gated feed-forward part (SwiGLU): <c>down(silu(gate(x)) · up(x))</c>.</summary>
internal sealed class FeedForward : nn.Module<Tensor, ForwardPlan, Tensor>
{
    [ComponentName(Name = "gate_proj")]
    private readonly Projection _gate;

    [ComponentName(Name = "up_proj")]
    private readonly Projection _up;

    [ComponentName(Name = "down_proj")]
    private readonly Projection _down;

    private readonly int _layer;

    public FeedForward(ParameterScope scope, TransformerConfig config, int layer)
        : base(nameof(FeedForward))
    {
        _layer = layer;
        var (hidden, inner, hasBias) = (config.HiddenSize, config.InnerSize, config.HasFeedForwardBias);
        _gate = new Projection(scope["gate_proj"], hidden, inner, hasBias);
        _up = new Projection(scope["up_proj"], hidden, inner, hasBias);
        _down = new Projection(scope["down_proj"], inner, hidden, hasBias);
        RegisterComponents();
    }

    public override Tensor forward(Tensor hidden, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var arithmetic = plan.Arithmetic;
        var (gate, up) = (_gate.call(hidden, arithmetic), _up.call(hidden, arithmetic));    // [batch, seq, inner]
        var gated = arithmetic.Gate(gate, up);                                              // [batch, seq, inner]
        plan.Observer?.ObserveActivation(_layer, LayerSite.DownInput, gated);
        return _down.call(gated, arithmetic).MoveToOuterDisposeScope();
    }
}
