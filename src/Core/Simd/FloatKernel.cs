using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>Multiplies rows by columns of a group of panels whose numbers are fp32 or bf16.</summary>
internal abstract unsafe class FloatKernel
{
    /// <summary>How many inputs' columns go through the first-level cache together where many rows use them.</summary>
    protected const int ChunkInputs = 128;

    /// <summary>How many bytes before their use columns are prefetched where all rows are multiplied at once.</summary>
    protected const int StreamBytes = 8192;

    /// <summary>Gets what rows are rounded to.</summary>
    public abstract RowFormat Rows { get; }

    /// <summary>Returns the kernel of a path.</summary>
    /// <typeparam name="TWord">How many numbers a word holds: one of fp32, or two of bf16.</typeparam>
    /// <param name="path">The path.</param>
    public static FloatKernel For<TWord>(SimdPath path)
        where TWord : struct, IWordSize => path switch
        {
            SimdPath.Avx512 when TWord.Numbers == 2 && DotBf16.Find() is { } kernel => kernel,
            SimdPath.Avx512 => new FloatKernel<TWord, Vector512<float>, Path512>(),
            SimdPath.Avx2 => new FloatKernel<TWord, Vector256<float>, Path256>(),
            _ => new FloatKernel<TWord, Vector128<float>, Path128>(),
        };

    /// <summary>Computes neighbouring outputs of all rows.</summary>
    /// <param name="columns">The first output's word for the first inputs.</param>
    /// <param name="step">The width of the group: the distance to the word of the next inputs.</param>
    /// <param name="width">How many outputs, whole panels.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="results">Where the first row's results go.</param>
    /// <param name="resultStep">The distance of two rows of results.</param>
    public abstract void Multiply(uint* columns, int step, int width, ActivationRows rows, int count, float* results, long resultStep);
}

/// <summary>The kernel of one path. Of two numbers in a word the second is multiplied first, as the processor's own products of bf16 do.</summary>
/// <typeparam name="TWord">How many numbers a word holds.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TPath">Its operations.</typeparam>
internal sealed unsafe class FloatKernel<TWord, TVector, TPath> : FloatKernel
    where TWord : struct, IWordSize
    where TVector : struct
    where TPath : struct, IVectorPath<TVector>
{
    private const int TileRows = 6;
    private const int Stream = StreamBytes / sizeof(uint);

    public override RowFormat Rows => IsPair ? RowFormat.Bf16Singles : RowFormat.Fp32;

    private static bool IsPair
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TWord.Numbers == 2;
    }

    public override void Multiply(uint* columns, int step, int width, ActivationRows rows, int count, float* results, long resultStep)
    {
        var row = IsPair ? (float*)rows.Bf16!.Row(0) : rows[0];
        var rowStep = IsPair ? rows.Bf16!.RowBytes / sizeof(float) : rows.Step;
        var inputs = IsPair ? 2 * rows.Bf16!.Pairs : rows.Width;
        var chunk = count <= (TPath.Count == Panels.Width ? TileRows : 2) ? inputs : ChunkInputs;    // fewer lanes go through columns several times
        for (var input = 0; input < inputs; input += chunk)
        {
            var block = new Block(row + input, rowStep, results, resultStep, Math.Min(chunk, inputs - input), input == 0);
            Turns(columns + ((long)input / TWord.Numbers * step), step, width, block, count);
        }
    }

    private static void Turns(uint* columns, int step, int width, Block block, int count)
    {
        for (int row = 0, together; row < count; row += together)
        {
            var left = count - row;
            together = Together(left);
            var part = block.Skip(row);
            var ahead = Ahead(left, together, count, (long)block.Inputs / TWord.Numbers * step);
            var column = 0;
            if (together <= 2 || TPath.Count == Panels.Width)
            {
                for (; column <= width - (4 * TPath.Count); column += 4 * TPath.Count)
                {
                    Four(columns + column, step, part.Columns(column), together, ahead);
                }
            }

            for (; together > 2 && column <= width - (2 * TPath.Count); column += 2 * TPath.Count)
            {
                TwoSix(columns + column, step, part.Columns(column), together, ahead);
            }

            for (; column < width; column += TPath.Count)
            {
                for (var inside = 0; inside < together; inside++)
                {
                    One(columns + column, step, part.Skip(inside).Columns(column));
                }
            }
        }
    }

    // Sixteen lanes: three to five rows take the way of four or six, and seven and eight are shared out evenly, so that the last rows take long enough
    // to read the next chunk meanwhile. Fewer lanes: multiplications are the limit sooner, and only five rows take the way of six.
    private static int Together(int left) =>
        TPath.Count < Panels.Width && left <= 4 ? Math.Min(left, 2)
        : TPath.Count == Panels.Width && left is (7 or 8) ? 4
        : Math.Min(left, TileRows);

    // While the second to last rows are multiplied by a chunk, half of the next one is prefetched, and with the last ones the other half: memory would
    // rest, but in the first rows' turn. Six rows by fewer lanes go through columns several times and fetch all of the next chunk. Where all rows are
    // multiplied at once, prefetching runs some way before them; what reads fastest by itself is fp32 by one row or two, and bf16 by one row in vectors of sixteen.
    private static long Ahead(int left, int together, int count, long chunk) =>
        left != together ? (left - together == Together(left - together) ? chunk : 0)
        : together > 2 && TPath.Count < Panels.Width ? chunk
        : count > TileRows ? chunk + (Panels.GroupWidth / 2)
        : together > 2 || (IsPair && (together > 1 || TPath.Count < Panels.Width)) ? Stream
        : 0;

    private static void Four(uint* columns, int step, Block block, int rows, long ahead)
    {
        switch (rows)
        {
            case 1:
                FourOne(columns, step, block, ahead);
                break;
            case 2:
                FourTwo(columns, step, block, ahead);
                break;
            case 3 or 4:
                FourFour(columns, step, block, rows, ahead);
                break;
            default:
                FourSix(columns, step, block, rows, ahead);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(uint* columns, long ahead)
    {
        if (!Sse.IsSupported || ahead == 0)
        {
            return;
        }

        // What comes soon goes to the first-level cache; a chunk may be too large for it.
        var next = (byte*)(columns + ahead);
        for (var line = 0; line < sizeof(uint) * Panels.GroupWidth / 2; line += 64)
        {
            if (ahead != Stream)
            {
                Sse.Prefetch1(next + line);
                continue;
            }

            Sse.Prefetch0(next + line);
            if (TPath.Count == Panels.Width)
            {
                Sse.Prefetch0(next + (sizeof(uint) * Panels.GroupWidth / 2) + line);
            }
        }
    }

    /// <summary>Reads one number of each of some words: its only one, or the first (0) or second (1) of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(uint* words, int number) =>
        !IsPair ? TPath.Load((float*)words) : number == 0 ? TPath.LoadFirst(words) : TPath.LoadSecond(words);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector First, TVector Second) LoadTwo(uint* words, int number) => (Load(words, number), Load(words + TPath.Count, number));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(uint* columns, int step, Block block)
    {
        var sum = block.IsFirst ? default : TPath.Load(block.Results);
        float* row = block.Rows, end = row + block.Inputs;
        for (; row < end; row += TWord.Numbers, columns += step)
        {
            for (var number = TWord.Numbers - 1; number >= 0; number--)
            {
                sum = TPath.MultiplyAdd(TPath.All(row[number]), Load(columns, number), sum);
            }
        }

        TPath.Store(sum, block.Results);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourOne(uint* columns, int step, Block block, long ahead)
    {
        var (s0, s1, s2, s3) = Start(block.Results, block.IsFirst);
        float* row = block.Rows, end = row + block.Inputs;
        for (; row < end; row += TWord.Numbers, columns += step)
        {
            Prefetch(columns, ahead);
            for (var number = TWord.Numbers - 1; number >= 0; number--)
            {
                var x = TPath.All(row[number]);
                var (w0, w1) = LoadTwo(columns, number);
                s0 = TPath.MultiplyAdd(x, w0, s0);
                s1 = TPath.MultiplyAdd(x, w1, s1);
                (w0, w1) = LoadTwo(columns + (2 * TPath.Count), number);
                s2 = TPath.MultiplyAdd(x, w0, s2);
                s3 = TPath.MultiplyAdd(x, w1, s3);
            }
        }

        Keep(block.Results, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourTwo(uint* columns, int step, Block block, long ahead)
    {
        var (s00, s01, s02, s03) = Start(block.Results, block.IsFirst);
        var (s10, s11, s12, s13) = Start(block.Results + block.ResultStep, block.IsFirst);
        float* row = block.Rows, other = row + block.RowStep, end = row + block.Inputs;
        for (; row < end; row += TWord.Numbers, other += TWord.Numbers, columns += step)
        {
            Prefetch(columns, ahead);
            for (var number = TWord.Numbers - 1; number >= 0; number--)
            {
                var (x, y) = (TPath.All(row[number]), TPath.All(other[number]));
                var (w0, w1) = LoadTwo(columns, number);
                s00 = TPath.MultiplyAdd(x, w0, s00);
                s10 = TPath.MultiplyAdd(y, w0, s10);
                s01 = TPath.MultiplyAdd(x, w1, s01);
                s11 = TPath.MultiplyAdd(y, w1, s11);
                (w0, w1) = LoadTwo(columns + (2 * TPath.Count), number);
                s02 = TPath.MultiplyAdd(x, w0, s02);
                s12 = TPath.MultiplyAdd(y, w0, s12);
                s03 = TPath.MultiplyAdd(x, w1, s03);
                s13 = TPath.MultiplyAdd(y, w1, s13);
            }
        }

        Keep(block.Results, s00, s01, s02, s03);
        Keep(block.Results + block.ResultStep, s10, s11, s12, s13);
    }

    // Three rows or four: in place of a missing one the last is multiplied again, and the same numbers go to the same place.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourFour(uint* columns, int step, Block block, int rows, long ahead)
    {
        var (isFirst, d, far, last) = (block.IsFirst, block.ResultStep, block.RowStep, rows - 1);
        var c = block.Results;
        var (s00, s01, s02, s03) = Start(c, isFirst);
        var (s10, s11, s12, s13) = Start(c + d, isFirst);
        var (s20, s21, s22, s23) = Start(c + (2 * d), isFirst);
        var (s30, s31, s32, s33) = Start(c + (last * d), isFirst);
        float* x0 = block.Rows, end = x0 + block.Inputs;
        float* x1 = x0 + far, x2 = x0 + (2 * far), x3 = x0 + (last * far);
        for (long at = 0; x0 + at < end; at += TWord.Numbers, columns += step)
        {
            Prefetch(columns, ahead);
            for (var number = TWord.Numbers - 1; number >= 0; number--)
            {
                var (w0, w1) = LoadTwo(columns, number);
                var (w2, w3) = LoadTwo(columns + (2 * TPath.Count), number);
                Sums<TVector, TPath>.AddFour(TPath.All(x0[at + number]), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                Sums<TVector, TPath>.AddFour(TPath.All(x1[at + number]), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
                Sums<TVector, TPath>.AddFour(TPath.All(x2[at + number]), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
                Sums<TVector, TPath>.AddFour(TPath.All(x3[at + number]), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);
            }
        }

        Keep(c, s00, s01, s02, s03);
        Keep(c + d, s10, s11, s12, s13);
        Keep(c + (2 * d), s20, s21, s22, s23);
        Keep(c + (last * d), s30, s31, s32, s33);
    }

    // Five rows or six, as above, by four vectors of sixteen: twenty-four sums, four vectors of weights and one of a row fill the registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourSix(uint* columns, int step, Block block, int rows, long ahead)
    {
        var (isFirst, d, far, last) = (block.IsFirst, block.ResultStep, block.RowStep, rows - 1);
        var c = block.Results;
        var (s00, s01, s02, s03) = Start(c, isFirst);
        var (s10, s11, s12, s13) = Start(c + d, isFirst);
        var (s20, s21, s22, s23) = Start(c + (2 * d), isFirst);
        var (s30, s31, s32, s33) = Start(c + (3 * d), isFirst);
        var (s40, s41, s42, s43) = Start(c + (4 * d), isFirst);
        var (s50, s51, s52, s53) = Start(c + (last * d), isFirst);
        float* x0 = block.Rows, end = x0 + block.Inputs;
        float* x1 = x0 + far, x2 = x0 + (2 * far), x3 = x0 + (3 * far), x4 = x0 + (4 * far), x5 = x0 + (last * far);
        for (long at = 0; x0 + at < end; at += TWord.Numbers, columns += step)
        {
            Prefetch(columns, ahead);
            for (var number = TWord.Numbers - 1; number >= 0; number--)
            {
                var (w0, w1) = LoadTwo(columns, number);
                var (w2, w3) = LoadTwo(columns + (2 * TPath.Count), number);
                Sums<TVector, TPath>.AddFour(TPath.All(x0[at + number]), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
                Sums<TVector, TPath>.AddFour(TPath.All(x1[at + number]), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
                Sums<TVector, TPath>.AddFour(TPath.All(x2[at + number]), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
                Sums<TVector, TPath>.AddFour(TPath.All(x3[at + number]), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);
                Sums<TVector, TPath>.AddFour(TPath.All(x4[at + number]), w0, w1, w2, w3, ref s40, ref s41, ref s42, ref s43);
                Sums<TVector, TPath>.AddFour(TPath.All(x5[at + number]), w0, w1, w2, w3, ref s50, ref s51, ref s52, ref s53);
            }
        }

        Keep(c, s00, s01, s02, s03);
        Keep(c + d, s10, s11, s12, s13);
        Keep(c + (2 * d), s20, s21, s22, s23);
        Keep(c + (3 * d), s30, s31, s32, s33);
        Keep(c + (4 * d), s40, s41, s42, s43);
        Keep(c + (last * d), s50, s51, s52, s53);
    }

    // Six rows by two vectors, for processors with sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoSix(uint* columns, int step, Block block, int rows, long ahead)
    {
        var (isFirst, last) = (block.IsFirst, rows - 1);
        var c = block.Results;
        long r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last), r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        var (s00, s01) = StartTwo(c, isFirst);
        var (s10, s11) = StartTwo(c + (r1 * block.ResultStep), isFirst);
        var (s20, s21) = StartTwo(c + (r2 * block.ResultStep), isFirst);
        var (s30, s31) = StartTwo(c + (r3 * block.ResultStep), isFirst);
        var (s40, s41) = StartTwo(c + (r4 * block.ResultStep), isFirst);
        var (s50, s51) = StartTwo(c + (r5 * block.ResultStep), isFirst);
        float* x0 = block.Rows, end = x0 + block.Inputs;
        float* x1 = x0 + (r1 * block.RowStep), x2 = x0 + (r2 * block.RowStep), x3 = x0 + (r3 * block.RowStep), x4 = x0 + (r4 * block.RowStep), x5 = x0 + (r5 * block.RowStep);
        for (long at = 0; x0 + at < end; at += TWord.Numbers, columns += step)
        {
            if (Sse.IsSupported && ahead != 0)
            {
                Sse.Prefetch1(columns + ahead);
            }

            for (var number = TWord.Numbers - 1; number >= 0; number--)
            {
                var (w0, w1) = LoadTwo(columns, number);
                Sums<TVector, TPath>.AddTwo(TPath.All(x0[at + number]), w0, w1, ref s00, ref s01);
                Sums<TVector, TPath>.AddTwo(TPath.All(x1[at + number]), w0, w1, ref s10, ref s11);
                Sums<TVector, TPath>.AddTwo(TPath.All(x2[at + number]), w0, w1, ref s20, ref s21);
                Sums<TVector, TPath>.AddTwo(TPath.All(x3[at + number]), w0, w1, ref s30, ref s31);
                Sums<TVector, TPath>.AddTwo(TPath.All(x4[at + number]), w0, w1, ref s40, ref s41);
                Sums<TVector, TPath>.AddTwo(TPath.All(x5[at + number]), w0, w1, ref s50, ref s51);
            }
        }

        KeepTwo(c, s00, s01);
        KeepTwo(c + (r1 * block.ResultStep), s10, s11);
        KeepTwo(c + (r2 * block.ResultStep), s20, s21);
        KeepTwo(c + (r3 * block.ResultStep), s30, s31);
        KeepTwo(c + (r4 * block.ResultStep), s40, s41);
        KeepTwo(c + (r5 * block.ResultStep), s50, s51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector S0, TVector S1, TVector S2, TVector S3) Start(float* results, bool isFirst)
    {
        var (s0, s1) = StartTwo(results, isFirst);
        var (s2, s3) = StartTwo(results + (2 * TPath.Count), isFirst);
        return (s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector S0, TVector S1) StartTwo(float* results, bool isFirst) =>
        isFirst ? default : (TPath.Load(results), TPath.Load(results + TPath.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep(float* results, TVector s0, TVector s1, TVector s2, TVector s3)
    {
        KeepTwo(results, s0, s1);
        KeepTwo(results + (2 * TPath.Count), s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepTwo(float* results, TVector s0, TVector s1)
    {
        TPath.Store(s0, results);
        TPath.Store(s1, results + TPath.Count);
    }
}
