using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>One transformer layer, forward and backward, with all steps but the matrix products in single passes.</summary>
/// <typeparam name="T">The type of weights and activations; the residual stream is fp32.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal sealed unsafe class FusedLayer<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    private readonly FlatModel<T, TElement> _model;
    private readonly PassBuffers<T> _pass;
    private readonly AttentionShape _shape;
    private readonly ParameterPlace _attentionNorm;
    private readonly ParameterPlace _feedForwardNorm;
    private readonly Linear _query;
    private readonly Linear _key;
    private readonly Linear _value;
    private readonly Linear _output;
    private readonly Linear _gate;
    private readonly Linear _up;
    private readonly Linear _down;

    /// <summary>Finds the layer's parameters.</summary>
    public FusedLayer(FlatModel<T, TElement> model, PassBuffers<T> pass, int layer)
    {
        (_model, _pass) = (model, pass);
        var config = model.Config;
        _shape = new AttentionShape(config.HeadCount, config.KeyValueHeadCount, config.HeadDim, config.SlidingWindow);
        var prefix = $"model.layers.{layer}.";
        _attentionNorm = model.Layout[$"{prefix}input_layernorm.weight"];
        _feedForwardNorm = model.Layout[$"{prefix}post_attention_layernorm.weight"];
        _query = Linear.Find(model.Layout, $"{prefix}self_attn.q_proj");
        _key = Linear.Find(model.Layout, $"{prefix}self_attn.k_proj");
        _value = Linear.Find(model.Layout, $"{prefix}self_attn.v_proj");
        _output = Linear.Find(model.Layout, $"{prefix}self_attn.o_proj");
        _gate = Linear.Find(model.Layout, $"{prefix}mlp.gate_proj");
        _up = Linear.Find(model.Layout, $"{prefix}mlp.up_proj");
        _down = Linear.Find(model.Layout, $"{prefix}mlp.down_proj");
    }

    private int Hidden => _model.Config.HiddenSize;

    /// <summary>Runs the layer.</summary>
    /// <param name="plan">The shard.</param>
    /// <param name="input">The residual stream before the layer, <c>[rows, hidden]</c>.</param>
    /// <param name="output">Receives the residual stream behind it, <c>[rows, hidden]</c>.</param>
    /// <param name="kept">Receives what <see cref="Backward"/> needs.</param>
    public void Forward(ShardPlan plan, float* input, float* output, LayerBuffers<T> kept)
    {
        var (rows, size) = (plan.Rows, (long)plan.Rows * Hidden);
        _model.ReadNorm(_attentionNorm, _pass.Norm.Pointer);
        NormKernel<T, TElement>.Forward(
            input, _pass.Norm.Pointer, kept.AttentionInput.Pointer, kept.AttentionInverse.Pointer, rows, Hidden, _model.Config.NormEpsilon);
        _model.Project(_query, kept.AttentionInput.Pointer, kept.Queries.Pointer, rows);
        _model.Project(_key, kept.AttentionInput.Pointer, kept.Keys.Pointer, rows);
        _model.Project(_value, kept.AttentionInput.Pointer, kept.Values.Pointer, rows);
        Turn(plan, kept, isBackward: false);
        Attend(plan, kept);
        _model.Project(_output, kept.Attended.Pointer, _pass.Narrow.Pointer, rows);
        Buffer.MemoryCopy(input, kept.Middle.Pointer, size * sizeof(float), size * sizeof(float));
        RowKernel<T, TElement>.Accumulate(kept.Middle.Pointer, _pass.Narrow.Pointer, size);

        _model.ReadNorm(_feedForwardNorm, _pass.Norm.Pointer);
        NormKernel<T, TElement>.Forward(
            kept.Middle.Pointer, _pass.Norm.Pointer, kept.FeedForwardInput.Pointer, kept.FeedForwardInverse.Pointer, rows, Hidden, _model.Config.NormEpsilon);
        _model.Project(_gate, kept.FeedForwardInput.Pointer, kept.Gate.Pointer, rows);
        _model.Project(_up, kept.FeedForwardInput.Pointer, kept.Up.Pointer, rows);
        GatedKernel<T, TElement>.Forward(
            kept.Gate.Pointer, kept.Up.Pointer, kept.Product.Pointer, (long)rows * _model.Config.InnerSize);
        _model.Project(_down, kept.Product.Pointer, _pass.Narrow.Pointer, rows);
        Buffer.MemoryCopy(kept.Middle.Pointer, output, size * sizeof(float), size * sizeof(float));
        RowKernel<T, TElement>.Accumulate(output, _pass.Narrow.Pointer, size);
    }

    /// <summary>Turns the derivative by what the layer left into the one by what it was given, and writes its gradient.</summary>
    /// <param name="plan">The shard.</param>
    /// <param name="input">The residual stream before the layer.</param>
    /// <param name="kept">What <see cref="Forward"/> left; it is used up.</param>
    public void Backward(ShardPlan plan, float* input, LayerBuffers<T> kept)
    {
        var rows = plan.Rows;
        var residual = _pass.Residual.Pointer;
        RowKernel<T, TElement>.Narrow(residual, _pass.Narrow.Pointer, (long)rows * Hidden);
        _model.Reverse(_down, kept.Product.Pointer, _pass.Narrow.Pointer, _pass.InnerSlope.Pointer, rows);
        GatedKernel<T, TElement>.Backward(
            kept.Gate.Pointer, kept.Up.Pointer, _pass.InnerSlope.Pointer, (long)rows * _model.Config.InnerSize);
        _model.Reverse(_gate, kept.FeedForwardInput.Pointer, kept.Gate.Pointer, _pass.Slope.Pointer, rows);
        _model.Reverse(_up, kept.FeedForwardInput.Pointer, kept.Up.Pointer, _pass.Slope.Pointer, rows, isAdded: true);
        ReverseNorm(_feedForwardNorm, kept.Middle.Pointer, kept.FeedForwardInverse.Pointer, rows);

        RowKernel<T, TElement>.Narrow(residual, _pass.Narrow.Pointer, (long)rows * Hidden);
        _model.Reverse(_output, kept.Attended.Pointer, _pass.Narrow.Pointer, _pass.Slope.Pointer, rows);
        ReverseAttention(plan, kept);
        Turn(plan, kept, isBackward: true);
        _model.Reverse(_query, kept.AttentionInput.Pointer, kept.Queries.Pointer, _pass.Slope.Pointer, rows);
        _model.Reverse(_key, kept.AttentionInput.Pointer, kept.Keys.Pointer, _pass.Slope.Pointer, rows, isAdded: true);
        _model.Reverse(_value, kept.AttentionInput.Pointer, kept.Values.Pointer, _pass.Slope.Pointer, rows, isAdded: true);
        ReverseNorm(_attentionNorm, input, kept.AttentionInverse.Pointer, rows);
    }

    private void ReverseNorm(ParameterPlace norm, float* input, float* inverse, int rows)
    {
        _model.ReadNorm(norm, _pass.Norm.Pointer);
        _pass.NormSlope.Clear();
        NormKernel<T, TElement>.Backward(
            _pass.Slope.Pointer, input, _pass.Norm.Pointer, inverse, _pass.Residual.Pointer, _pass.NormSlope.Pointer, rows, Hidden);
        RowKernel<T, TElement>.Narrow(_pass.NormSlope.Pointer, _model.Gradient(norm), Hidden);
    }

    private void Turn(ShardPlan plan, LayerBuffers<T> kept, bool isBackward)
    {
        var positions = _pass.Positions.Pointer;
        var cosines = _pass.Cosines.Pointer;
        var sines = _pass.Sines.Pointer;
        var half = _shape.HeadDim / 2;
        RotaryKernel<T, TElement>.Turn(
            kept.Queries.Pointer, positions, cosines, sines, plan.Rows, _shape.Heads, half, isBackward);
        RotaryKernel<T, TElement>.Turn(
            kept.Keys.Pointer, positions, cosines, sines, plan.Rows, _shape.KeyValueHeads, half, isBackward);
    }

    private void Attend(ShardPlan plan, LayerBuffers<T> kept)
    {
        foreach (var (start, length) in plan.Documents)
        {
            AttentionKernel<T, TElement>.Forward(
                _shape, length, RowsAt(kept, start), kept.Attended.Pointer + ((long)start * _shape.QueryWidth),
                kept.LogSums.Pointer + ((long)start * _shape.Heads), _pass.Attention);
        }

        kept.Attended.Slice((long)plan.Tokens * _shape.QueryWidth, (long)(plan.Rows - plan.Tokens) * _shape.QueryWidth).Clear();
    }

    private void ReverseAttention(ShardPlan plan, LayerBuffers<T> kept)
    {
        foreach (var (start, length) in plan.Documents)
        {
            var offset = (long)start * _shape.QueryWidth;
            var rows = RowsAt(kept, start);
            AttentionKernel<T, TElement>.Backward(
                _shape, length, rows, kept.Attended.Pointer + offset, kept.LogSums.Pointer + ((long)start * _shape.Heads),
                _pass.Slope.Pointer + offset, rows, _pass.Attention);
        }

        var (tokens, padding) = ((long)plan.Tokens, (long)(plan.Rows - plan.Tokens));
        kept.Queries.Slice(tokens * _shape.QueryWidth, padding * _shape.QueryWidth).Clear();
        kept.Keys.Slice(tokens * _shape.KeyWidth, padding * _shape.KeyWidth).Clear();
        kept.Values.Slice(tokens * _shape.KeyWidth, padding * _shape.KeyWidth).Clear();
    }

    private AttentionRows<T> RowsAt(LayerBuffers<T> kept, int start) => new(
        kept.Queries.Pointer + ((long)start * _shape.QueryWidth),
        kept.Keys.Pointer + ((long)start * _shape.KeyWidth),
        kept.Values.Pointer + ((long)start * _shape.KeyWidth));
}
