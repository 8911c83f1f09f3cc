using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Models;

/// <summary>Turns pairs of components of queries and keys by angles that grow with the position.</summary>
internal static class RotaryEmbedding
{
    /// <summary>Computes the turns once a forward pass, in fp64 so that far positions keep their angle.</summary>
    /// <param name="positions">Positions, <c>[batch, seq]</c>.</param>
    /// <param name="frequencies">Radians per position, <c>[headDim / 2]</c>, fp64.</param>
    /// <param name="type">The element type of queries and keys.</param>
    /// <param name="isRowwise">Whether a position's turn must be bitwise the same beside any other positions.</param>
    /// <returns>Cosines, and sines whose first half is negated, both <c>[batch, seq, 1, headDim]</c>.</returns>
    public static (Tensor Cosines, Tensor Sines) Turns(Tensor positions, Tensor frequencies, ScalarType type, bool isRowwise = false)
    {
        using var scope = NewDisposeScope();
        var angles = positions.unsqueeze(-1).unsqueeze(-1).mul(frequencies);        // [batch, seq, 1, headDim / 2]
        var (cosines, sines) = isRowwise && angles.device_type == TorchSharp.DeviceType.CPU
            ? (EachOf(angles, Math.Cos), EachOf(angles, Math.Sin))  // libtorch computes what fills no vector by other code
            : (angles.cos(), angles.sin());
        return (
            cat([cosines, cosines], -1).to(type).MoveToOuterDisposeScope(),
            cat([sines.neg(), sines], -1).to(type).MoveToOuterDisposeScope());
    }

    private static Tensor EachOf(Tensor angles, Func<double, double> function) =>
        tensor(Array.ConvertAll(angles.data<double>().ToArray(), angle => function(angle)), angles.shape);

    /// <summary>Turns vectors.</summary>
    /// <param name="vectors">Queries or keys, <c>[batch, seq, heads, headDim]</c>.</param>
    /// <param name="turns">What <see cref="Turns"/> returned.</param>
    /// <returns>The turned vectors, <c>[batch, seq, heads, headDim]</c>.</returns>
    public static Tensor Rotate(Tensor vectors, (Tensor Cosines, Tensor Sines) turns)
    {
        using var scope = NewDisposeScope();
        var swapped = vectors.roll(vectors.shape[^1] / 2, -1);                      // the two halves change places
        return vectors.mul(turns.Cosines).add_(swapped.mul_(turns.Sines), Scalars.One).MoveToOuterDisposeScope();
    }
}
