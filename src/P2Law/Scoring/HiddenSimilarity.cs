using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>How alike hidden states are at two places of a model.</summary>
public static class HiddenSimilarity
{
    private const double OfNothing = 0.5;   // where a state is zero, as ShortGPT has it

    /// <summary>Computes the cosine of each token's states.</summary>
    /// <param name="before">Hidden states, <c>[batch, seq, hidden]</c>.</param>
    /// <param name="after">Hidden states further up, <c>[batch, seq, hidden]</c>.</param>
    /// <returns>Cosines in fp64, <c>[batch, seq]</c>; 0.5 where a state is zero.</returns>
    public static Tensor Cosines(Tensor before, Tensor after)
    {
        using var scope = NewDisposeScope();
        var (left, right) = (before.to(ScalarType.Float64), after.to(ScalarType.Float64));
        var norms = left.norm(-1).mul(right.norm(-1));                              // [batch, seq]
        var cosines = left.mul(right).sum(-1).div(norms).clamp(-1, 1);
        return cosines.nan_to_num(OfNothing).MoveToOuterDisposeScope();
    }

    /// <summary>Block Influence: how much a stretch of layers turns the states, <c>1 − cos</c>.</summary>
    /// <param name="cosines">Cosines, any shape.</param>
    /// <returns>0 for a stretch that changes nothing, of the shape of <paramref name="cosines"/>.</returns>
    /// <remarks>ShortGPT, equation 1 (arXiv 2403.03853).</remarks>
    public static Tensor BlockInfluence(Tensor cosines)
    {
        using var scope = NewDisposeScope();
        return cosines.neg().add(1).MoveToOuterDisposeScope();
    }

    /// <summary>The angle between the states of each sequence's last token, as a part of a half turn.</summary>
    /// <param name="cosines">Cosines, <c>[batch, seq]</c>.</param>
    /// <returns>Angles from 0 to 1, <c>[batch]</c>.</returns>
    /// <remarks>The Unreasonable Ineffectiveness of the Deeper Layers, equation 7 (arXiv 2403.17887).</remarks>
    public static Tensor LastTokenAngle(Tensor cosines)
    {
        using var scope = NewDisposeScope();
        return cosines.select(-1, cosines.shape[^1] - 1).acos().div(Math.PI).MoveToOuterDisposeScope();
    }
}
