using LlmEfficiency.SparseRL.Checks;

namespace LlmEfficiency.SparseRL.Corrections;

/// <summary>Natural log-probabilities of a response under the frozen policies, at the sampling temperature.</summary>
public sealed class SequenceLogProbabilities
{
    private readonly float[] _sparse;
    private readonly float[] _old;
    private readonly float[]? _reference;
    private readonly bool[]? _mask;

    /// <summary>Holds the log-probabilities of a response; the arrays are not copied.</summary>
    /// <param name="sparse">π_sp: by the sampler, under its compressed cache.</param>
    /// <param name="old">π_old: by the same parameters with the full cache.</param>
    /// <param name="reference">π_ref: by the reference model; null where there is none.</param>
    /// <param name="exactTokens">How many tokens came before the first eviction: for them π_sp is π_old, whatever rounding says.</param>
    /// <param name="mask">Which tokens count, false for padding; null for all.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exactTokens"/> is negative or beyond the response.</exception>
    public SequenceLogProbabilities(
        float[] sparse, float[] old, float[]? reference = null, int exactTokens = 0, bool[]? mask = null)
    {
        ArgumentNullException.ThrowIfNull(sparse);
        ArgumentNullException.ThrowIfNull(old);
        ArgumentOutOfRangeException.ThrowIfNegative(exactTokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exactTokens, old.Length);
        Lengths.RequireEqual(sparse.Length, old.Length, nameof(sparse));
        Lengths.RequireEqual(reference?.Length ?? old.Length, old.Length, nameof(reference));
        Lengths.RequireEqual(mask?.Length ?? old.Length, old.Length, nameof(mask));
        (_sparse, _old, _reference, _mask, ExactTokens) = (sparse, old, reference, mask, exactTokens);
        Tokens = mask is null ? old.Length : mask.Count(counts => counts);
    }

    /// <summary>Gets the length of the response, padding included.</summary>
    public int Length => _old.Length;

    /// <summary>Gets how many tokens count.</summary>
    public int Tokens { get; }

    /// <summary>Gets how many tokens came before the first eviction.</summary>
    public int ExactTokens { get; }

    /// <summary>Gets π_old's log-probabilities.</summary>
    public ReadOnlySpan<float> Old => _old;

    /// <summary>Gets whether a reference model was asked.</summary>
    public bool HasReference => _reference is not null;

    /// <summary>Gets π_ref's log-probabilities; empty where there is no reference.</summary>
    public ReadOnlySpan<float> Reference => _reference;

    /// <summary>Returns π_sp's log-probability of a token: π_old's where nothing had been evicted.</summary>
    public float Sparse(int token) => token < ExactTokens ? _old[token] : _sparse[token];

    /// <summary>Returns whether a token counts.</summary>
    public bool Counts(int token) => _mask is null || _mask[token];

    /// <summary>Returns ln ξ of a token: ln π_old − ln π_sp, exactly 0 where nothing had been evicted.</summary>
    public double LogRatio(int token) => token < ExactTokens ? 0 : (double)_old[token] - _sparse[token];

    /// <summary>Returns whether all log-probabilities that count are numbers, so that a loss can be computed of them.</summary>
    public bool IsFinite()
    {
        for (var token = 0; token < Length; token++)
        {
            if (Counts(token) && !(float.IsFinite(_old[token]) && float.IsFinite(Sparse(token))))
            {
                return false;
            }
        }

        return true;
    }
}
