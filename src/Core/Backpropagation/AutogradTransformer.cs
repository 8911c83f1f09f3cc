using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>The same passes by libtorch's automatic differentiation, on any device; the plain twin of the fused ones.</summary>
public sealed class AutogradTransformer : IGradientWorker<PackedShard>
{
    private readonly Transformer _model;
    private readonly bool _recomputes;
    private readonly double _temperature;
    private readonly AutogradDistillation? _distillation;
    private readonly ParameterLayout _layout;
    private readonly Dictionary<string, TorchSharp.Modules.Parameter> _parameters;

    /// <summary>Builds the model over parameters that lie in one flat tensor.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="device">Where the tensor lies.</param>
    /// <param name="weights">The parameters in the order of <see cref="ParameterLayout"/>, <c>[length]</c>; they stay the caller's.</param>
    /// <param name="recomputes">Whether activations of a layer are computed again backward instead of kept.</param>
    /// <param name="temperature">What logits are divided by.</param>
    /// <param name="distillation">What is learned from a teacher besides; taken over; null for nothing.</param>
    public AutogradTransformer(
        TransformerConfig config, ComputeDevice device, Tensor weights, bool recomputes, double temperature = 1,
        AutogradDistillation? distillation = null)
    {
        (_recomputes, _temperature, _layout, _distillation) = (recomputes, temperature, ParameterLayout.Of(config), distillation);
        _model = new Transformer(config, device, weights.dtype, (name, _) => _layout[name].Of(weights));
        _parameters = _model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
    }

    /// <inheritdoc/>
    public double Differentiate(PackedShard shard, TokenObjective objective, Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        var (request, sources, targets) = Prepare(shard);
        var teacher = sources.shape[0] == 0 ? null : _distillation?.Follow(shard, request, sources);
        var loss = _recomputes
            ? CheckpointedLayers.Differentiate(_model, request, hidden => Judge(hidden, sources, targets, objective, teacher))
            : Plain(_model.Hidden(request));
        ParameterGradients.Collect(_layout, _parameters, gradient);
        return loss;

        double Plain(Tensor hidden)
        {
            var (value, root, slope) = Judge(hidden, sources, targets, objective, teacher);
            if (root is not null)
            {
                root.backward([slope!]);
            }

            return value;
        }
    }

    /// <inheritdoc/>
    public double Evaluate(PackedShard shard, TokenObjective objective)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (request, sources, targets) = Prepare(shard);
        return Judge(_model.Hidden(request), sources, targets, objective, teacher: null).Loss;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _model.Dispose();
        _distillation?.Dispose();
    }

    /// <summary>Returns which tokens of a shard see which: those of their document before them.</summary>
    internal static Visibility VisibilityOf(PackedShard shard, TransformerConfig config, Device device)
    {
        using var scope = NewDisposeScope();
        var numbers = shard.Lengths.SelectMany((length, number) => Enumerable.Repeat((long)number, length)).ToArray();
        var mask = AttentionMasks.Documents(tensor(numbers, device: device), config.SlidingWindow);
        return Visibility.Of(mask.MoveToOuterDisposeScope());
    }

    private (ForwardRequest Request, Tensor Sources, Tensor Targets) Prepare(PackedShard shard)
    {
        var plan = new ShardPlan(shard);
        var device = _model.Device.Torch;
        var positions = plan.Documents.SelectMany(d => Enumerable.Range(0, d.Length).Select(token => (long)token)).ToArray();
        var request = new ForwardRequest(tensor(shard.Tokens.Select(token => (long)token).ToArray(), device: device).unsqueeze(0))
        {
            Positions = tensor(positions, device: device).unsqueeze(0),
            Visibility = VisibilityOf(shard, _model.Config, device),
        };
        var sources = plan.Sources.Select(source => (long)source).ToArray();
        var targets = plan.Sources.Select(source => (long)shard.Tokens[source + 1]).ToArray();
        return (request, tensor(sources, device: device), tensor(targets, device: device));
    }

    // The objective is asked for its derivative, which then goes through the log-probabilities.
    private (double Loss, Tensor? Root, Tensor? Slope) Judge(
        Tensor hidden, Tensor sources, Tensor targets, TokenObjective objective, Tensor? teacher)
    {
        if (sources.shape[0] == 0)
        {
            return (0, null, null);
        }

        var picked = hidden.view(-1, _model.Config.HiddenSize).index_select(0, sources);
        var logits = _model.Logits(picked) / _temperature;                                            // [targets, vocab]
        var root = LogProbabilities.OfTokens(logits, targets);                                        // [targets]
        var values = root.detach().cpu().data<float>().ToArray();
        var slopes = new float[values.Length];
        var loss = objective(0, values, slopes);
        var slope = tensor(slopes, device: hidden.device);
        return teacher is null ? (loss, root, slope) : _distillation!.Mix(logits, teacher, loss, root, slope);
    }
}
