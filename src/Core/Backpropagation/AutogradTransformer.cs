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
    private readonly ParameterLayout _layout;
    private readonly Dictionary<string, TorchSharp.Modules.Parameter> _parameters;

    /// <summary>Builds the model over parameters that lie in one flat tensor.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="device">Where the tensor lies.</param>
    /// <param name="weights">The parameters in the order of <see cref="ParameterLayout"/>, <c>[length]</c>; they stay the caller's.</param>
    /// <param name="recomputes">Whether activations of a layer are computed again backward instead of kept.</param>
    /// <param name="temperature">What logits are divided by.</param>
    public AutogradTransformer(TransformerConfig config, ComputeDevice device, Tensor weights, bool recomputes, double temperature = 1)
    {
        (_recomputes, _temperature, _layout) = (recomputes, temperature, ParameterLayout.Of(config));
        _model = new Transformer(config, device, weights.dtype, (name, _) => _layout[name].Of(weights));
        _parameters = _model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
    }

    /// <inheritdoc/>
    public double Differentiate(PackedShard shard, TokenObjective objective, Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        var (request, sources, targets) = Prepare(shard);
        var loss = _recomputes
            ? CheckpointedLayers.Differentiate(_model, request, hidden => Judge(hidden, sources, targets, objective))
            : Plain(_model.Hidden(request));
        Collect(gradient);
        foreach (var parameter in _parameters.Values)
        {
            parameter.grad = null;
        }

        return loss;

        double Plain(Tensor hidden)
        {
            var (value, root, slope) = Judge(hidden, sources, targets, objective);
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
        return Judge(_model.Hidden(request), sources, targets, objective).Loss;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private void Collect(Span<float> gradient)
    {
        gradient.Clear(); // the gaps between parameters, and parameters that nothing depends on
        foreach (var place in _layout.Places)
        {
            if (_parameters[place.Name].grad is { } found)
            {
                using (found)
                using (var host = found.to(ScalarType.Float32).cpu().reshape(-1))
                {
                    // The gradient crosses to the host once a shard.
                    host.data<float>().CopyTo(gradient.Slice((int)place.Offset, (int)place.Count));
                }
            }
        }
    }

    private (ForwardRequest Request, Tensor Sources, Tensor Targets) Prepare(PackedShard shard)
    {
        var plan = new ShardPlan(shard);
        var device = _model.Device.Torch;
        var positions = plan.Documents.SelectMany(d => Enumerable.Range(0, d.Length).Select(token => (long)token)).ToArray();
        var numbers = plan.Documents.SelectMany((d, number) => Enumerable.Repeat((long)number, d.Length)).ToArray();
        var request = new ForwardRequest(tensor(shard.Tokens.Select(token => (long)token).ToArray(), device: device).unsqueeze(0))
        {
            Positions = tensor(positions, device: device).unsqueeze(0),
            Visibility = Visibility.Of(AttentionMasks.Documents(tensor(numbers, device: device), _model.Config.SlidingWindow)),
        };
        var sources = plan.Sources.Select(source => (long)source).ToArray();
        var targets = plan.Sources.Select(source => (long)shard.Tokens[source + 1]).ToArray();
        return (request, tensor(sources, device: device), tensor(targets, device: device));
    }

    // The objective is asked for its derivative, which then goes through the log-probabilities.
    private (double Loss, Tensor? Root, Tensor? Slope) Judge(Tensor hidden, Tensor sources, Tensor targets, TokenObjective objective)
    {
        if (sources.shape[0] == 0)
        {
            return (0, null, null);
        }

        var picked = hidden.view(-1, _model.Config.HiddenSize).index_select(0, sources);
        var root = LogProbabilities.OfTokens(_model.Logits(picked) / _temperature, targets);           // [targets]
        var values = root.detach().cpu().data<float>().ToArray();
        var slopes = new float[values.Length];
        var loss = objective(0, values, slopes);
        return (loss, root, tensor(slopes, device: hidden.device));
    }
}
