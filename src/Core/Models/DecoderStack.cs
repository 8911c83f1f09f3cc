using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Embedding, layers and final norm: what the checkpoint calls <c>model</c>.</summary>
internal sealed class DecoderStack : nn.Module<Tensor, ForwardPlan, Tensor>
{
    [ComponentName(Name = "embed_tokens")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<TransformerBlock> _layers;

    [ComponentName(Name = "norm")]
    private readonly RmsNorm _norm;

    public DecoderStack(ParameterScope scope, TransformerConfig config)
        : base(nameof(DecoderStack))
    {
        _embedding = new TokenEmbedding(scope["embed_tokens"], config.VocabularySize, config.HiddenSize);
        _layers = nn.ModuleList([.. Enumerable.Range(0, config.LayerCount).Select(
            layer => new TransformerBlock(scope["layers"][$"{layer}"], config, layer))]);
        _norm = new RmsNorm(scope["norm"], config.HiddenSize, config.NormEpsilon);
        RegisterComponents();
    }

    public TokenEmbedding Embedding => _embedding;

    public IEnumerable<TransformerBlock> Layers => _layers;

    public Tensor Normalise(Tensor hidden, LayerArithmetic arithmetic) => _norm.call(hidden, arithmetic);

    /// <summary>Runs the layers; the final norm is left to who knows which tokens matter.</summary>
    public override Tensor forward(Tensor tokens, ForwardPlan plan)
    {
        using var scope = NewDisposeScope();
        var hidden = _embedding.call(tokens);                                       // [batch, seq, hidden]
        for (var layer = 0; layer < _layers.Count; layer++)
        {
            plan.Observer?.ObserveHidden(layer, hidden);
            var before = hidden;
            hidden = _layers[layer].call(hidden, plan);
            if (!before.requires_grad)
            {
                before.Dispose();
            }
        }

        plan.Observer?.ObserveHidden(_layers.Count, hidden);
        return hidden.MoveToOuterDisposeScope();
    }
}
