using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Tests.Retention;

/// <summary>Random cache contents to score.</summary>
internal static class RandomView
{
    public static RetentionView Create(
        ulong seed, int rows, int kvHeads, int group, int n, int headDim, int window, int recent, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator(seed);
        return new RetentionView
        {
            Layers = ones(rows, 1, 1, dtype: ScalarType.Int64),
            Recent = recent,
            Keys = Draw(rows, kvHeads, n, headDim),
            Queries = Draw(rows, kvHeads * group, window, headDim),
            Mass = Draw(rows, kvHeads, n).abs(),
            Positions = arange(n).mul(2).expand(rows, kvHeads, n),
            SequenceKeys = arange(rows).add(40).view(rows, 1, 1),
            Seen = full([rows, 1, 1], 2 * n, dtype: ScalarType.Int64),
        };

        Tensor Draw(params long[] sizes) => randn(sizes, generator: generator).to(type);
    }

    /// <summary>Takes one row alone.</summary>
    public static RetentionView Row(this RetentionView view, int row) => view with
    {
        Keys = view.Keys.narrow(0, row, 1),
        Layers = view.Layers.narrow(0, row, 1),
        Queries = view.Queries!.narrow(0, row, 1),
        Mass = view.Mass!.narrow(0, row, 1),
        Positions = view.Positions.narrow(0, row, 1),
        SequenceKeys = view.SequenceKeys.narrow(0, row, 1),
        Seen = view.Seen.narrow(0, row, 1),
    };

    /// <summary>Reads vectors, <c>[n][headDim]</c>.</summary>
    public static double[][] Vectors(Tensor matrix)
    {
        using var scope = NewDisposeScope();
        var flat = matrix.to(ScalarType.Float64).contiguous().data<double>().ToArray();
        return [.. flat.Chunk((int)matrix.shape[1])];
    }

    /// <summary>Reads numbers, <c>[n]</c>.</summary>
    public static double[] Numbers(Tensor vector)
    {
        using var scope = NewDisposeScope();
        return vector.to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
