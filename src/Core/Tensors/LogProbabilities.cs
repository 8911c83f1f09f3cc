using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tensors;

/// <summary>Logarithms of probabilities, computed in fp32 from logits of any type.</summary>
public static class LogProbabilities
{
    /// <summary>Returns the log-probability of one chosen token a row.</summary>
    /// <param name="logits">Logits, <c>[..., vocab]</c>.</param>
    /// <param name="tokens">Token ids, <c>[...]</c>.</param>
    /// <returns>Natural logarithms in fp32, <c>[...]</c>.</returns>
    public static Tensor OfTokens(Tensor logits, Tensor tokens)
    {
        using var scope = NewDisposeScope();
        var single = logits.to(ScalarType.Float32);
        var chosen = single.gather(-1, tokens.unsqueeze(-1)).squeeze(-1);           // [...]
        return chosen.sub(single.logsumexp(-1)).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the log-probabilities of the whole vocabulary.</summary>
    /// <param name="logits">Logits, <c>[..., vocab]</c>.</param>
    /// <returns>Natural logarithms in fp32, <c>[..., vocab]</c>.</returns>
    public static Tensor OfVocabulary(Tensor logits)
    {
        using var scope = NewDisposeScope();
        return nn.functional.log_softmax(logits.to(ScalarType.Float32), -1).MoveToOuterDisposeScope();
    }

    /// <summary>Returns the entropy of each row's distribution.</summary>
    /// <param name="logits">Logits, <c>[..., vocab]</c>.</param>
    /// <returns>Entropies in nats, fp32, <c>[...]</c>; a token of logit minus infinity adds nothing.</returns>
    public static Tensor Entropy(Tensor logits)
    {
        using var scope = NewDisposeScope();
        var logs = OfVocabulary(logits);
        var terms = logs.exp().mul(logs.clamp_min(float.MinValue));                 // 0 · min = 0, where 0 · -∞ is NaN
        return terms.sum(-1).neg().MoveToOuterDisposeScope();
    }
}
