using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// Causal attention within one document and its derivative, a block of queries at a time: the probabilities are never held whole.
/// </summary>
/// <typeparam name="T">The type of queries, keys and values.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
/// <remarks>Plain twin: <c>Core.Models.GroupedQueryAttention</c> under libtorch's autograd.</remarks>
internal static unsafe class AttentionKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    private const int BlockRows = AttentionScratch.BlockRows;

    /// <summary>Computes the weighted values.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="length">The number of tokens.</param>
    /// <param name="rows">Queries, keys and values, each <c>[length, its width]</c>.</param>
    /// <param name="outputs">Receives the weighted values, <c>[length, heads · headDim]</c>.</param>
    /// <param name="logSums">Receives each query's logarithm of the sum of exponentials, <c>[heads, length]</c>.</param>
    /// <param name="scratch">The thread's work space.</param>
    public static void Forward(
        AttentionShape shape, int length, AttentionRows<T> rows, T* outputs, float* logSums, AttentionScratch scratch)
    {
        scratch.Reserve(length);
        for (var shared = 0; shared < shape.KeyValueHeads; shared++)
        {
            Gather(rows.Keys + (shared * shape.HeadDim), shape.KeyWidth, shape.HeadDim, length, scratch.Keys, scratch);
            Gather(rows.Values + (shared * shape.HeadDim), shape.KeyWidth, shape.HeadDim, length, scratch.Values, scratch);
            Transpose(scratch.Keys, scratch.TurnedKeys, shape.HeadDim, length, scratch);
            for (var head = shared * shape.Group; head < (shared + 1) * shape.Group; head++)
            {
                for (var first = 0; first < length; first += BlockRows)
                {
                    var block = new Block(shape, first, Math.Min(BlockRows, length - first));
                    var offset = ((long)first * shape.QueryWidth) + (head * shape.HeadDim);
                    Score(shape, block, rows.Queries + offset, scratch);
                    Normalise(block, logSums + ((long)head * length), scratch);
                    BlockProduct.Multiply(
                        scratch.Scores, scratch.Length, 1, scratch.Values + (block.Oldest * scratch.Width), scratch.Width,
                        scratch.Outputs, scratch.Width, (block.Rows, scratch.Width, block.Keys), false);
                    Scatter(scratch.Outputs, scratch.Width, block.Rows, shape.HeadDim, 1, outputs + offset, shape.QueryWidth);
                }
            }
        }
    }

    /// <summary>Computes the derivatives by queries, keys and values.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="length">The number of tokens.</param>
    /// <param name="rows">What <see cref="Forward"/> was given.</param>
    /// <param name="outputs">What <see cref="Forward"/> returned.</param>
    /// <param name="logSums">What <see cref="Forward"/> left.</param>
    /// <param name="slopes">The derivative by the outputs, <c>[length, heads · headDim]</c>.</param>
    /// <param name="results">Receives the derivatives, each as wide as its rows; may lie where the inputs lie.</param>
    /// <param name="scratch">The thread's work space.</param>
    public static void Backward(
        AttentionShape shape, int length, AttentionRows<T> rows, T* outputs, float* logSums, T* slopes, AttentionRows<T> results, AttentionScratch scratch)
    {
        scratch.Reserve(length);
        for (var shared = 0; shared < shape.KeyValueHeads; shared++)
        {
            var place = shared * shape.HeadDim;
            Gather(rows.Keys + place, shape.KeyWidth, shape.HeadDim, length, scratch.Keys, scratch);
            Gather(rows.Values + place, shape.KeyWidth, shape.HeadDim, length, scratch.Values, scratch);
            Transpose(scratch.Keys, scratch.TurnedKeys, shape.HeadDim, length, scratch);
            Transpose(scratch.Values, scratch.TurnedValues, shape.HeadDim, length, scratch);
            new Span<float>(scratch.KeySlopes, length * scratch.Width).Clear();
            new Span<float>(scratch.ValueSlopes, length * scratch.Width).Clear();
            for (var head = shared * shape.Group; head < (shared + 1) * shape.Group; head++)
            {
                for (var first = 0; first < length; first += BlockRows)
                {
                    var block = new Block(shape, first, Math.Min(BlockRows, length - first));
                    var offset = ((long)first * shape.QueryWidth) + (head * shape.HeadDim);
                    Score(shape, block, rows.Queries + offset, scratch);
                    Restore(block, logSums + ((long)head * length), scratch);
                    Derive(shape, block, outputs + offset, slopes + offset, scratch);
                    Scatter(
                        scratch.QuerySlopes, scratch.Width, block.Rows, shape.HeadDim, Scale(shape), results.Queries + offset, shape.QueryWidth);
                }
            }

            Scatter(scratch.KeySlopes, scratch.Width, length, shape.HeadDim, 1, results.Keys + place, shape.KeyWidth);
            Scatter(scratch.ValueSlopes, scratch.Width, length, shape.HeadDim, 1, results.Values + place, shape.KeyWidth);
        }
    }

    private static float Scale(AttentionShape shape) => (float)(1 / Math.Sqrt(shape.HeadDim));

    // Scaled queries times keys, for the keys that any query of the block sees.
    private static void Score(AttentionShape shape, Block block, T* queries, AttentionScratch scratch)
    {
        var scale = Scale(shape);
        for (var row = 0; row < block.Rows; row++)
        {
            for (var at = 0; at < shape.HeadDim; at++)
            {
                scratch.Queries[(row * scratch.Width) + at] = TElement.Get(queries[((long)row * shape.QueryWidth) + at]) * scale;
            }
        }

        BlockProduct.Multiply(
            scratch.Queries, scratch.Width, 1, scratch.TurnedKeys + block.Oldest, scratch.Length, scratch.Scores, scratch.Length,
            (block.Rows, Lanes.Whole(block.Keys), shape.HeadDim), false);
    }

    // Softmax over what each query sees; the rest of the row becomes zero.
    private static void Normalise(Block block, float* logSums, AttentionScratch scratch)
    {
        for (var row = 0; row < block.Rows; row++)
        {
            var scores = scratch.Scores + ((long)row * scratch.Length);
            var (start, end) = block.Seen(row);
            var max = Largest(scores, start, end);
            var sum = Exponentiate(scores, start, end, Lanes.Whole(block.Keys), max);
            logSums[block.First + row] = max + MathF.Log(sum);
            Multiply(scores, Lanes.Whole(block.Keys), 1 / sum);
        }
    }

    private static void Restore(Block block, float* logSums, AttentionScratch scratch)
    {
        for (var row = 0; row < block.Rows; row++)
        {
            var (start, end) = block.Seen(row);
            _ = Exponentiate(
                scratch.Scores + ((long)row * scratch.Length), start, end, Lanes.Whole(block.Keys), logSums[block.First + row]);
        }
    }

    private static float Largest(float* scores, int start, int end)
    {
        var largest = Vector512.Create(float.NegativeInfinity);
        var at = start;
        for (; at <= end - Lanes.Count; at += Lanes.Count)
        {
            largest = Vector512.Max(largest, Vector512.Load(scores + at));
        }

        var max = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes.Count; lane++)
        {
            max = MathF.Max(max, largest[lane]);
        }

        for (; at < end; at++)
        {
            max = MathF.Max(max, scores[at]);
        }

        return max;
    }

    private static float Exponentiate(float* scores, int start, int end, int width, float shift)
    {
        var index = Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        var (low, high) = (Vector512.Create(start), Vector512.Create(end));
        var sums = Vector512<float>.Zero;
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var place = index + Vector512.Create(at);
            var isSeen = (Vector512.GreaterThanOrEqual(place, low) & Vector512.LessThan(place, high)).AsSingle();
            var value = Lanes.Exp(Vector512.Load(scores + at) - Vector512.Create(shift));
            value = Vector512.ConditionalSelect(isSeen, value, Vector512<float>.Zero);
            value.Store(scores + at);
            sums += value;
        }

        return Vector512.Sum(sums);
    }

    private static void Multiply(float* values, int count, float factor)
    {
        for (var at = 0; at < count; at += Lanes.Count)
        {
            (Vector512.Load(values + at) * Vector512.Create(factor)).Store(values + at);
        }
    }

    // dP = dO·Vᵀ, dS = P∘(dP − Σ dO∘O), dQ = dS·K, dK += dSᵀ·Q, dV += Pᵀ·dO
    private static void Derive(AttentionShape shape, Block block, T* outputs, T* slopes, AttentionScratch scratch)
    {
        var (width, step) = (scratch.Width, (long)scratch.Length);
        Span<float> shifts = stackalloc float[BlockRows];
        for (var row = 0; row < block.Rows; row++)
        {
            var sum = 0f;
            for (var at = 0; at < shape.HeadDim; at++)
            {
                var place = ((long)row * shape.QueryWidth) + at;
                var slope = TElement.Get(slopes[place]);
                scratch.Outputs[(row * width) + at] = slope;
                sum += slope * TElement.Get(outputs[place]);
            }

            shifts[row] = sum;
        }

        var keys = Lanes.Whole(block.Keys);
        BlockProduct.Multiply(
            scratch.Outputs, width, 1, scratch.TurnedValues + block.Oldest, step, scratch.ScoreSlopes, step, (block.Rows, keys, shape.HeadDim), false);
        for (var row = 0; row < block.Rows; row++)
        {
            var scores = scratch.Scores + (row * step);
            var slope = scratch.ScoreSlopes + (row * step);
            for (var at = 0; at < keys; at += Lanes.Count)
            {
                (Vector512.Load(scores + at) * (Vector512.Load(slope + at) - Vector512.Create(shifts[row]))).Store(slope + at);
            }
        }

        var (oldest, first) = (block.Oldest * width, block.Keys);
        BlockProduct.Multiply(
            scratch.ScoreSlopes, step, 1, scratch.Keys + oldest, width, scratch.QuerySlopes, width, (block.Rows, width, first), false);
        BlockProduct.Multiply(
            scratch.ScoreSlopes, 1, step, scratch.Queries, width, scratch.KeySlopes + oldest, width, (first, width, block.Rows), true);
        BlockProduct.Multiply(
            scratch.Scores, 1, step, scratch.Outputs, width, scratch.ValueSlopes + oldest, width, (first, width, block.Rows), true);
    }

    private static void Gather(T* rows, int step, int headDim, int length, float* target, AttentionScratch scratch)
    {
        for (var row = 0; row < length; row++)
        {
            RowKernel<T, TElement>.Widen(rows + ((long)row * step), target + ((long)row * scratch.Width), headDim);
        }
    }

    private static void Scatter(float* source, int sourceStep, int rows, int headDim, float scale, T* target, int step)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var at = 0; at < headDim; at++)
            {
                target[((long)row * step) + at] = TElement.Round(source[((long)row * sourceStep) + at] * scale);
            }
        }
    }

    private static void Transpose(float* source, float* target, int headDim, int length, AttentionScratch scratch)
    {
        for (var row = 0; row < length; row++)
        {
            for (var at = 0; at < headDim; at++)
            {
                target[((long)at * scratch.Length) + row] = source[((long)row * scratch.Width) + at];
            }
        }
    }

    // A run of queries and the keys that any of them sees, [Oldest, Oldest + Keys).
    private readonly struct Block
    {
        private readonly int _window;

        public Block(AttentionShape shape, int first, int rows)
        {
            (First, Rows, _window) = (first, rows, shape.Window ?? int.MaxValue);
            Oldest = Math.Max(0, first - _window + 1) / Lanes.Count * Lanes.Count;
            Keys = first + rows - Oldest;
        }

        public int First { get; }

        public int Rows { get; }

        public int Oldest { get; }

        public int Keys { get; }

        public (int Start, int End) Seen(int row) =>
            (Math.Max(0, First + row - _window + 1 - Oldest), First + row + 1 - Oldest);
    }
}
