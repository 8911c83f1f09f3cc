using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Kernels;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>
/// The Llama family's forward and backward pass on one thread of a processor: libtorch multiplies the matrices, everything else is
/// one pass over memory, and nothing is allocated after the first shard.
/// </summary>
/// <typeparam name="T">The type of weights and activations; the residual stream is fp32.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <remarks>Plain twin: <see cref="AutogradTransformer"/>.</remarks>
internal sealed unsafe class FusedTransformer<T, TElement> : IGradientWorker<PackedShard>
    where T : unmanaged
    where TElement : IElement<T>
{
    private readonly FlatModel<T, TElement> _model;
    private readonly NativeBuffer<T> _gradient;
    private readonly PassBuffers<T> _pass;
    private readonly FusedEmbedding<T, TElement> _embedding;
    private readonly FusedLayer<T, TElement>[] _layers;
    private readonly FusedHead<T, TElement> _head;
    private readonly NativeBuffer<float>[] _streams;    // the residual stream before each layer and behind the last
    private readonly LayerBuffers<T>[] _kept;           // one a layer, or one for all that is filled again backward
    private readonly FusedDistillation<T, TElement>? _distillation;
    private readonly int _capacity;

    /// <summary>Takes the memory.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The parameters in the order of <see cref="ParameterLayout"/>; they stay the caller's.</param>
    /// <param name="capacity">The most tokens of a shard.</param>
    /// <param name="recomputes">Whether activations are computed again backward instead of kept.</param>
    /// <param name="temperature">What logits are divided by.</param>
    /// <param name="distillation">What is learned from a teacher besides; taken over; null for nothing.</param>
    public FusedTransformer(
        TransformerConfig config, NativeBuffer<T> weights, int capacity, bool recomputes, double temperature = 1,
        FusedDistillation<T, TElement>? distillation = null)
        : this(config, weights, new NativeBuffer<T>(weights.Count), capacity, recomputes, temperature, distillation)
    {
    }

    private FusedTransformer(
        TransformerConfig config, NativeBuffer<T> weights, NativeBuffer<T> gradient, int capacity, bool recomputes, double temperature,
        FusedDistillation<T, TElement>? distillation)
    {
        (_capacity, _gradient, _distillation) = (ShardPlan.WholeRows(capacity), gradient, distillation);
        _model = new FlatModel<T, TElement>(config, weights, _gradient);
        _pass = new PassBuffers<T>(config, _capacity);
        _embedding = new FusedEmbedding<T, TElement>(_model);
        var layers = Enumerable.Range(0, config.LayerCount).ToArray();
        _layers = [.. layers.Select(layer => new FusedLayer<T, TElement>(_model, _pass, layer))];
        _head = new FusedHead<T, TElement>(_model, _pass, _capacity, temperature, distillation);
        _streams = [.. layers.Append(config.LayerCount).Select(_ => new NativeBuffer<float>((long)_capacity * config.HiddenSize))];
        var shared = recomputes ? new LayerBuffers<T>(config, _capacity) : null;
        _kept = [.. layers.Select(_ => shared ?? new LayerBuffers<T>(config, _capacity))];
    }

    /// <summary>Makes the passes of a model that is looked at and never changed; they have no memory for a gradient.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The parameters; they stay the caller's.</param>
    /// <param name="capacity">The most tokens of a shard.</param>
    public static FusedTransformer<T, TElement> Frozen(TransformerConfig config, NativeBuffer<T> weights, int capacity) =>
        new(config, weights, new NativeBuffer<T>(0), capacity, recomputes: true, temperature: 1, distillation: null);

    private bool Recomputes => _kept.Length > 1 && ReferenceEquals(_kept[0], _kept[1]);

    /// <inheritdoc/>
    public double Differentiate(PackedShard shard, TokenObjective objective, Span<float> gradient)
    {
        var plan = Forward(shard);
        _distillation?.Follow(shard);
        var loss = _head.Run(plan, shard, _streams[^1].Pointer, objective, hasGradient: true);
        for (var layer = _layers.Length - 1; layer >= 0; layer--)
        {
            if (Recomputes && layer < _layers.Length - 1)
            {
                _layers[layer].Forward(plan, _streams[layer].Pointer, _streams[layer + 1].Pointer, _kept[layer]);
            }

            _layers[layer].Backward(plan, _streams[layer].Pointer, _kept[layer]);
        }

        _embedding.Backward(shard, plan, _pass.Residual.Pointer);
        fixed (float* target = gradient)
        {
            RowKernel<T, TElement>.Widen(_gradient.Pointer, target, _gradient.Count);
        }

        return loss;
    }

    /// <inheritdoc/>
    public double Evaluate(PackedShard shard, TokenObjective objective)
    {
        var plan = Forward(shard);
        return _head.Run(plan, shard, _streams[^1].Pointer, objective, hasGradient: false);
    }

    /// <summary>Runs the layers over a shard, for <see cref="Logits"/>.</summary>
    public void Follow(PackedShard shard) => _ = Forward(shard);

    /// <summary>Computes logits behind <see cref="Follow"/>.</summary>
    /// <param name="sources">The tokens, no more than a stretch of the head.</param>
    /// <returns>Logits, <c>[sources, vocab]</c>; valid until the next call.</returns>
    public T* Logits(ReadOnlySpan<int> sources) => _head.Logits(sources, _streams[^1].Pointer);

    /// <inheritdoc/>
    public void Dispose()
    {
        IDisposable[] all = [_gradient, _pass, _embedding, _head, .. _streams, .. _kept.Distinct()];
        Array.ForEach(all, part => part.Dispose());
        _distillation?.Dispose();
    }

    private ShardPlan Forward(PackedShard shard)
    {
        var plan = new ShardPlan(shard);
        if (plan.Rows > _capacity)
        {
            throw new ArgumentException($"the shard has {plan.Tokens} tokens, there is room for {_capacity}", nameof(shard));
        }

        foreach (var (start, length) in plan.Documents)
        {
            for (var token = 0; token < length; token++)
            {
                _pass.Positions.Pointer[start + token] = token;
            }
        }

        _pass.Positions.Slice(plan.Tokens, plan.Rows - plan.Tokens).Clear();
        _embedding.Forward(shard, plan, _streams[0]);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer].Forward(plan, _streams[layer].Pointer, _streams[layer + 1].Pointer, _kept[layer]);
        }

        return plan;
    }
}
