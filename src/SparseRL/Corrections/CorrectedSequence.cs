using LlmEfficiency.SparseRL.Checks;

namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>What the correction makes of one response: constants of the loss.</summary>
public sealed class CorrectedSequence
{
    private readonly double[] _weights;
    private readonly bool[] _kept;

    /// <summary>Holds weights and mask of a response; the arrays are not copied.</summary>
    /// <param name="weights">By what each token's surrogate is multiplied.</param>
    /// <param name="kept">Which tokens have a loss.</param>
    /// <param name="isRejected">Whether the response was rejected whole.</param>
    public CorrectedSequence(double[] weights, bool[] kept, bool isRejected)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(kept);
        Lengths.RequireEqual(kept.Length, weights.Length, nameof(kept));
        (_weights, _kept, IsRejected) = (weights, kept, isRejected);
        for (var token = 0; token < kept.Length; token++)
        {
            KeptTokens += kept[token] ? 1 : 0;
            KeptWeight += kept[token] ? weights[token] : 0;
        }
    }

    /// <summary>Gets by what each token's surrogate is multiplied.</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Gets which tokens have a loss.</summary>
    public ReadOnlySpan<bool> Kept => _kept;

    /// <summary>Gets whether the response was rejected whole, by one token's ratio or because it has no finite one.</summary>
    public bool IsRejected { get; }

    /// <summary>Gets how many tokens have a loss.</summary>
    public int KeptTokens { get; }

    /// <summary>Gets the sum of the weights of the tokens that have a loss.</summary>
    public double KeptWeight { get; }
}
