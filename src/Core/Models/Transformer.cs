using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Tensors;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>A decoder-only transformer of the Llama family, for training and inference alike.</summary>
/// <remarks>Parameters carry Hugging Face's names; <c>lm_head.weight</c> is absent where the embedding is tied.</remarks>
public sealed class Transformer : nn.Module<ForwardRequest, Tensor>
{
    [ComponentName(Name = "model")]
    private readonly DecoderStack _stack;

    [ComponentName(Name = "lm_head")]
    private readonly Projection? _head;

    private readonly Tensor[] _frequencies;     // [headDim / 2], fp64; in an array, lest it be registered as a buffer

    /// <summary>Builds the model without initialising its parameters: load a checkpoint or call <see cref="Initialise"/>.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="device">Where the parameters lie.</param>
    /// <param name="type">Their element type.</param>
    /// <param name="allocate">Supplies each parameter's memory; null takes empty memory on the device.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The sizes cannot make a model.</exception>
    public Transformer(TransformerConfig config, ComputeDevice device, ScalarType type, ParameterAllocator? allocate = null)
        : base(nameof(Transformer))
    {
        config.Validate();
        (Config, Device, ElementType) = (config, device, type);
        using var scope = NewDisposeScope();
        var root = new ParameterScope(
            string.Empty, allocate ?? ((_, shape) => empty(shape, dtype: type, device: device.Torch)));
        _stack = new DecoderStack(root["model"], config);
        _head = config.TiesEmbeddings ? null : new Projection(root["lm_head"], config.HiddenSize, config.VocabularySize, false);
        var frequencies = RotaryFrequencies.Compute(config.HeadDim, config.RopeTheta, config.RopeScaling);
        _frequencies = [tensor(frequencies, device: device.Torch).DetachFromDisposeScope()];
        RegisterComponents();
    }

    /// <summary>Gets the sizes.</summary>
    public TransformerConfig Config { get; }

    /// <summary>Gets where the model was built.</summary>
    public ComputeDevice Device { get; }

    /// <summary>Gets the element type that the model was built with.</summary>
    public ScalarType ElementType { get; }

    /// <summary>Fills the parameters with what training starts from.</summary>
    /// <param name="generator">The source of randomness, on the model's device.</param>
    /// <param name="deviation">The standard deviation of the matrices; norms become one, biases zero.</param>
    public void Initialise(Generator generator, double deviation = 0.02) =>
        ParameterStart.Fill(named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)), generator, deviation);

    /// <summary>Computes logits.</summary>
    /// <param name="request">Tokens, positions, masks, cache.</param>
    /// <returns>Logits in the model's type: <c>[batch, seq, vocab]</c>, or <c>[tokens, vocab]</c> for chosen tokens.</returns>
    public override Tensor forward(ForwardRequest request)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(request);                                               // [batch, seq, hidden]
        if (request.LogitTokens is not { } chosen)
        {
            return Logits(hidden, request.Arithmetic).MoveToOuterDisposeScope();
        }

        if (chosen.shape[0] == 0)
        {
            return hidden.new_empty([0, Config.VocabularySize]).MoveToOuterDisposeScope();
        }

        var picked = hidden.view(-1, Config.HiddenSize).index_select(0, chosen);    // [tokens, hidden]
        return Logits(picked, request.Arithmetic).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the layers and stops before the final norm.</summary>
    /// <param name="request">Tokens, positions, masks, cache.</param>
    /// <returns>Hidden states, <c>[batch, seq, hidden]</c>.</returns>
    public Tensor Hidden(ForwardRequest request)
    {
        using var scope = NewDisposeScope();
        return _stack.call(request.Tokens, Plan(request)).MoveToOuterDisposeScope();
    }

    /// <summary>Prepares the layers of one pass as functions, so that a caller can run them again one by one.</summary>
    /// <param name="request">Positions and visibility; tokens are embedded by <see cref="Embed"/>.</param>
    /// <returns>A function a layer, from and to hidden states <c>[batch, seq, hidden]</c>; valid in the scope of the call.</returns>
    internal IReadOnlyList<Func<Tensor, Tensor>> Segments(ForwardRequest request)
    {
        var plan = Plan(request);
        return [.. _stack.Layers.Select<TransformerBlock, Func<Tensor, Tensor>>(layer => hidden => layer.call(hidden, plan))];
    }

    /// <summary>Looks up the input vectors of tokens, as a drafting head needs them.</summary>
    /// <param name="tokens">Token ids, <c>[batch, seq]</c>, 64-bit.</param>
    /// <returns>Vectors, <c>[batch, seq, hidden]</c>.</returns>
    public Tensor Embed(Tensor tokens) => _stack.Embedding.call(tokens);

    /// <summary>Applies the final norm.</summary>
    /// <param name="hidden">What the last layer left, <c>[..., hidden]</c>.</param>
    /// <returns>Features, <c>[..., hidden]</c>.</returns>
    public Tensor Normalise(Tensor hidden) => _stack.Normalise(hidden, LayerArithmetic.Fast);

    /// <summary>Applies the final norm and the output matrix.</summary>
    /// <param name="hidden">What the last layer left, <c>[..., hidden]</c>.</param>
    /// <returns>Logits, <c>[..., vocab]</c>.</returns>
    public Tensor Logits(Tensor hidden) => Logits(hidden, LayerArithmetic.Fast);

    /// <summary>Applies the output matrix alone.</summary>
    /// <param name="features">Normalised features, <c>[..., hidden]</c>.</param>
    /// <returns>Logits, <c>[..., vocab]</c>.</returns>
    public Tensor Score(Tensor features) => Score(features, LayerArithmetic.Fast);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _frequencies[0].Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Applies the final norm in a way of computing.</summary>
    internal Tensor Normalise(Tensor hidden, LayerArithmetic arithmetic) => _stack.Normalise(hidden, arithmetic);

    /// <summary>Applies the final norm and the output matrix in a way of computing.</summary>
    internal Tensor Logits(Tensor hidden, LayerArithmetic arithmetic)
    {
        using var scope = NewDisposeScope();
        return Score(_stack.Normalise(hidden, arithmetic), arithmetic).MoveToOuterDisposeScope();
    }

    private Tensor Score(Tensor features, LayerArithmetic arithmetic) =>
        _head?.call(features, arithmetic) ?? _stack.Embedding.Score(features, arithmetic);

    private ForwardPlan Plan(ForwardRequest request)
    {
        var tokens = request.Tokens;
        var positions = request.Positions ?? arange(tokens.shape[1], device: tokens.device).expand(tokens.shape);
        var turns = RotaryEmbedding.Turns(positions, _frequencies[0], _stack.Embedding.Matrix.dtype, request.Arithmetic.IsRowwise);
        var visibility = request.Visibility
            ?? (request.Step is null ? ForwardPlan.See(Config, positions, request.Positions is null) : Visibility.Causal); // a step brings its own
        return new ForwardPlan(turns, visibility, request.Step, request.Observer, request.Arithmetic);
    }
}
