using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>What the gain of an RMS norm is multiplied by when channels of its input are gone.</summary>
public static class NormGain
{
    /// <summary>√(d/d'), exact where the channels that go are zero: then the mean of squares grows by d/d', and so must the norm's constant.</summary>
    /// <param name="kept">d', the channels that stay.</param>
    /// <param name="all">d.</param>
    public static double OfZeros(int kept, int all) => Math.Sqrt((double)all / kept);

    /// <summary>Sums each channel's share in its token's mean of squares.</summary>
    /// <param name="residual">What the norm reads, <c>[batch, seq, hidden]</c>.</param>
    /// <returns>Σ_tokens x_j² / mean(x²) in fp64, <c>[hidden]</c>; one for each channel of a token of zeros.</returns>
    public static Tensor Shares(Tensor residual)
    {
        using var scope = NewDisposeScope();
        var squares = residual.to(ScalarType.Float64).square();
        var shares = squares.div(squares.mean([-1], keepdim: true)).nan_to_num(1);  // [batch, seq, hidden]
        return shares.sum([0, 1]).MoveToOuterDisposeScope();
    }

    /// <summary>The ratio of the root mean squares of kept and of all channels.</summary>
    /// <param name="shares">What <see cref="Shares"/> gave, summed over all tokens, <c>[hidden]</c>.</param>
    /// <param name="kept">The channels that stay.</param>
    public static double Calibrated(IReadOnlyList<double> shares, IReadOnlyList<int> kept) =>
        Math.Sqrt(kept.Average(channel => shares[channel]) / shares.Average());
}
