namespace LlmEfficiency.Core.Backpropagation;

/// <summary>Computes the loss and the gradient of one shard at a time; used by one thread at a time.</summary>
/// <typeparam name="TShard">What a shard is.</typeparam>
public interface IGradientWorker<in TShard> : IDisposable
{
    /// <summary>Computes a shard's loss and its gradient.</summary>
    /// <param name="shard">What to learn from.</param>
    /// <param name="objective">The loss of the targets.</param>
    /// <param name="gradient">Receives the gradient in the order of the parameter layout; what was there is forgotten.</param>
    /// <returns>The loss.</returns>
    double Differentiate(TShard shard, TokenObjective objective, Span<float> gradient);

    /// <summary>Computes the log-probabilities of a shard's targets.</summary>
    /// <param name="shard">What to look at.</param>
    /// <param name="objective">Sees the log-probabilities; what it writes as slopes is not used.</param>
    /// <returns>The loss.</returns>
    double Evaluate(TShard shard, TokenObjective objective);
}
