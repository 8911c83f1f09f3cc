using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Backpropagation;

/// <summary>
/// The passes of a draft head by libtorch's automatic differentiation: from a token and the model's features of the token before it to the features of the
/// token. The loss of a place stands where models have −log p.
/// </summary>
public sealed class AutogradDraftHead : IGradientWorker<PackedShard>
{
    private const double NoiseLength = 512;     // the sequence for which the noise is as wide as it is told

    private readonly Transformer _target;
    private readonly DraftHead _head;
    private readonly ParameterLayout _layout;
    private readonly DraftHeadObjective _objective;

    /// <summary>Builds the head over parameters that lie elsewhere.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="target">The model, which stays as it is; the caller's.</param>
    /// <param name="layout">The order of the parameters.</param>
    /// <param name="allocate">Gives views of the parameters, on the model's device and in its type.</param>
    /// <param name="objective">What is learned.</param>
    public AutogradDraftHead(
        DraftHeadConfig config, Transformer target, ParameterLayout layout, ParameterAllocator allocate, DraftHeadObjective objective)
    {
        (_target, _layout, _objective) = (target, layout, objective);
        _head = new DraftHead(config, target.Device, allocate);
    }

    /// <inheritdoc/>
    public double Differentiate(PackedShard shard, TokenObjective objective, Span<float> gradient)
    {
        using var scope = NewDisposeScope();
        var loss = 0.0;
        if (Losses(shard, isNoisy: true) is { } losses)
        {
            var (value, slopes) = Judge(losses, objective);
            loss = value;
            losses.neg().backward([tensor(slopes, device: losses.device)]);
        }

        ParameterGradients.Collect(_layout, _head.Parameters, gradient);
        return loss;
    }

    /// <inheritdoc/>
    public double Evaluate(PackedShard shard, TokenObjective objective)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return Losses(shard, isNoisy: false) is { } losses ? Judge(losses, objective).Loss : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _head.Dispose();

    private static (double Loss, float[] Slopes) Judge(Tensor losses, TokenObjective objective)
    {
        var values = losses.detach().neg().cpu().data<float>().ToArray();
        var slopes = new float[values.Length];
        return (objective(0, values, slopes), slopes);
    }

    // The loss of each place whose token behind the next is a target, [places]; null where there is none.
    private Tensor? Losses(PackedShard shard, bool isNoisy)
    {
        var pairs = HeadPairs.Of(shard);
        if (pairs.Judged.Length == 0)
        {
            return null;
        }

        var device = _target.Device.Torch;
        var (features, embedded) = Follow(shard, device);                               // [tokens, hidden] each
        var read = Pick(features, pairs.Places, 0);
        var noisy = isNoisy ? read.add(Noise(read, shard.Samples[0])) : read;
        var vectors = Pick(embedded, pairs.Places, 1).unsqueeze(0);
        var positions = tensor(pairs.Positions, device: device).unsqueeze(0);
        var visibility = Visibility.Of(AttentionMasks.Documents(tensor(pairs.Documents, device: device)));
        var foretold = _head.Run(vectors, noisy.unsqueeze(0), positions, visibility)[0];
        var judged = foretold.index_select(0, tensor(pairs.Judged, device: device));    // [places, hidden]
        return Compare(judged, Pick(features, [.. pairs.Judged.Select(pair => pairs.Places[pair])], 1));
    }

    // What the model makes of the tokens, without a derivative.
    private (Tensor Features, Tensor Embedded) Follow(PackedShard shard, Device device)
    {
        using var quiet = no_grad();
        var positions = shard.Lengths.SelectMany(length => Enumerable.Range(0, length).Select(token => (long)token)).ToArray();
        var tokens = tensor(shard.Tokens.Select(token => (long)token).ToArray(), device: device).unsqueeze(0);
        var request = new ForwardRequest(tokens)
        {
            Positions = tensor(positions, device: device).unsqueeze(0),
            Visibility = AutogradTransformer.VisibilityOf(shard, _target.Config, device),
        };
        return (_target.Normalise(_target.Hidden(request))[0], _target.Embed(tokens)[0]);
    }

    private Tensor Compare(Tensor foretold, Tensor features)
    {
        var distance = nn.functional.smooth_l1_loss(foretold, features, nn.Reduction.None).to(ScalarType.Float32).sum(-1)
            .mul(_objective.RegressionWeight / _target.Config.HiddenSize);
        using var expected = Expected(features);
        var logs = LogProbabilities.OfVocabulary(_target.Score(foretold));
        var surprise = expected.mul(logs).sum(-1).mul(-_objective.ClassificationWeight);
        return distance.add(surprise);
    }

    private Tensor Expected(Tensor features)
    {
        using var quiet = no_grad();
        return LogProbabilities.OfVocabulary(_target.Score(features)).exp();
    }

    private Tensor Noise(Tensor like, long sample)
    {
        using var generator = new Generator(_objective.Seed ^ ((ulong)sample * 0x9E3779B97F4A7C15));
        var width = _objective.Noise * NoiseLength / like.shape[0];
        return rand(like.shape, generator: generator).sub(0.5).mul(width).to(like.dtype).to(like.device);
    }

    private static Tensor Pick(Tensor rows, long[] places, int behind) =>
        rows.index_select(0, tensor(places.Select(place => place + behind).ToArray(), device: rows.device));
}
