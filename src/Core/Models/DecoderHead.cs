using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>What follows the last layer of a model, by itself: the final norm and the output matrix.</summary>
public sealed class DecoderHead : IDisposable
{
    private readonly RmsNorm _norm;
    private readonly Projection _head;

    /// <summary>Builds a head.</summary>
    /// <param name="config">The sizes of the model.</param>
    /// <param name="allocate">Supplies the memory of <c>model.norm.weight</c> and <c>lm_head.weight</c>, with their numbers.</param>
    public DecoderHead(TransformerConfig config, ParameterAllocator allocate)
    {
        using var scope = NewDisposeScope();
        var root = new ParameterScope(string.Empty, allocate);
        _norm = new RmsNorm(root["model"]["norm"], config.HiddenSize, config.NormEpsilon);
        _head = new Projection(root["lm_head"], config.HiddenSize, config.VocabularySize, hasBias: false);
    }

    /// <summary>Sums the losses of the tokens that follow others.</summary>
    /// <param name="hidden">What the last layer left, <c>[batch, seq, hidden]</c>.</param>
    /// <param name="tokens">Token ids, <c>[batch, seq]</c>, 64-bit.</param>
    /// <returns>The sum over <c>batch · (seq - 1)</c> tokens of −ln p, in nats.</returns>
    public double Loss(Tensor hidden, Tensor tokens)
    {
        using var quiet = no_grad();
        var sum = 0.0;
        for (var row = 0L; row < tokens.shape[0]; row++)
        {
            using var scope = NewDisposeScope();
            var length = tokens.shape[1] - 1;
            var features = _norm.call(hidden[row].narrow(0, 0, length), LayerArithmetic.Fast);
            var logits = _head.call(features, LayerArithmetic.Fast);                // [seq - 1, vocab]
            sum -= LogProbabilities.OfTokens(logits, tokens[row].narrow(0, 1, length)).to(ScalarType.Float64).sum().item<double>();
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _norm.Dispose();
        _head.Dispose();
    }
}
