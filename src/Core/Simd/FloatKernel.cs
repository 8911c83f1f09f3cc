using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Simd;

/// <summary>Multiplies rows by columns of a group of panels whose numbers are fp32 or bf16.</summary>
/// <typeparam name="T">The type of the numbers: single, or ushort for bf16.</typeparam>
internal abstract unsafe class FloatKernel<T>
    where T : unmanaged
{
    /// <summary>How many inputs' columns go through the first-level cache together where many rows use them.</summary>
    protected const int ChunkInputs = 128;

    /// <summary>Gets how many singles of work space <see cref="Multiply"/> needs.</summary>
    public static int ScratchLength => ChunkInputs * Panels.GroupWidth;

    /// <summary>Returns the kernel of a path.</summary>
    public static FloatKernel<T> For(SimdPath path) => path switch
    {
        SimdPath.Avx512 => new FloatKernel<T, Vector512<float>, Path512>(),
        SimdPath.Avx2 => new FloatKernel<T, Vector256<float>, Path256>(),
        _ => new FloatKernel<T, Vector128<float>, Path128>(),
    };

    /// <summary>Computes neighbouring outputs of all rows.</summary>
    /// <param name="columns">The first output's number for the first input.</param>
    /// <param name="step">The width of the group: the distance of two inputs.</param>
    /// <param name="width">How many outputs, whole panels.</param>
    /// <param name="rows">The first row.</param>
    /// <param name="rowStep">The distance of two rows.</param>
    /// <param name="size">How many rows and inputs.</param>
    /// <param name="results">Where the first row's results go.</param>
    /// <param name="resultStep">The distance of two rows of results.</param>
    /// <param name="scratch">Work space of <see cref="ScratchLength"/>, aligned.</param>
    public abstract void Multiply(
        T* columns, int step, int width, float* rows, long rowStep, (int Count, int Inputs) size, float* results, long resultStep, float* scratch);
}

/// <summary>The kernel of one path.</summary>
/// <typeparam name="T">The type of the numbers: single, or ushort for bf16.</typeparam>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="TPath">Its operations.</typeparam>
internal sealed unsafe class FloatKernel<T, TVector, TPath> : FloatKernel<T>
    where T : unmanaged
    where TVector : struct
    where TPath : struct, IVectorPath<TVector>
{
    private const int DirectRows = 2;       // more rows are worth a copy of the columns in fp32
    private const int TileRows = 6;

    public override void Multiply(
        T* columns, int step, int width, float* rows, long rowStep, (int Count, int Inputs) size, float* results, long resultStep, float* scratch)
    {
        var isDirect = typeof(T) == typeof(float) || size.Count <= DirectRows;
        var chunk = isDirect && size.Count <= TileRows ? size.Inputs : ChunkInputs;
        for (var input = 0; input < size.Inputs; input += chunk)
        {
            var block = new Block(rows + input, rowStep, results, resultStep, Math.Min(chunk, size.Inputs - input), input == 0);
            var part = columns + ((long)input * step);
            if (isDirect)
            {
                Rows(part, step, width, block, size.Count);
            }
            else
            {
                for (var at = 0; at < block.Inputs; at++)
                {
                    Widen(part + ((long)at * step), scratch + (at * width), width);
                }

                FloatKernel<float, TVector, TPath>.Rows(scratch, width, width, block, size.Count);
            }
        }
    }

    private static void Rows(T* columns, int step, int width, Block block, int count)
    {
        for (var row = 0; row < count;)
        {
            var together = count - row >= TileRows ? TileRows : count - row >= 2 ? 2 : 1;
            var part = block.Skip(row);
            var column = 0;
            if (together == 1 || together == 2 || TPath.Count == Panels.Width)
            {
                for (; column <= width - (4 * TPath.Count); column += 4 * TPath.Count)
                {
                    Four(columns + column, step, part.Columns(column), together);
                }
            }

            for (; together == TileRows && column <= width - (2 * TPath.Count); column += 2 * TPath.Count)
            {
                TwoSix(columns + column, step, part.Columns(column));
            }

            for (; column < width; column += TPath.Count)
            {
                for (var inside = 0; inside < together; inside++)
                {
                    One(columns + column, step, part.Skip(inside).Columns(column));
                }
            }

            row += together;
        }
    }

    private static void Four(T* columns, int step, Block block, int rows)
    {
        switch (rows)
        {
            case 1:
                FourOne(columns, step, block);
                break;
            case 2:
                FourTwo(columns, step, block);
                break;
            default:
                FourSix(columns, step, block);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(T* numbers) => typeof(T) == typeof(float) ? TPath.Load((float*)numbers) : TPath.Load((ushort*)numbers);

    private static void Widen(T* numbers, float* target, int count)
    {
        for (var at = 0; at < count; at += TPath.Count)
        {
            TPath.Store(Load(numbers + at), target + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void One(T* columns, int step, Block block)
    {
        var sum = block.IsFirst ? default : TPath.Load(block.Results);
        float* row = block.Rows, end = row + block.Inputs;
        for (; row < end; row++, columns += step)
        {
            sum = TPath.MultiplyAdd(TPath.All(*row), Load(columns), sum);
        }

        TPath.Store(sum, block.Results);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourOne(T* columns, int step, Block block)
    {
        var (s0, s1, s2, s3) = Start(block.Results, block.IsFirst);
        float* row = block.Rows, end = row + block.Inputs;
        for (; row < end; row++, columns += step)
        {
            var x = TPath.All(*row);
            s0 = TPath.MultiplyAdd(x, Load(columns), s0);
            s1 = TPath.MultiplyAdd(x, Load(columns + TPath.Count), s1);
            s2 = TPath.MultiplyAdd(x, Load(columns + (2 * TPath.Count)), s2);
            s3 = TPath.MultiplyAdd(x, Load(columns + (3 * TPath.Count)), s3);
        }

        Keep(block.Results, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourTwo(T* columns, int step, Block block)
    {
        var (s00, s01, s02, s03) = Start(block.Results, block.IsFirst);
        var (s10, s11, s12, s13) = Start(block.Results + block.ResultStep, block.IsFirst);
        float* row = block.Rows, other = row + block.RowStep, end = row + block.Inputs;
        for (; row < end; row++, other++, columns += step)
        {
            var (x, y) = (TPath.All(*row), TPath.All(*other));
            var w = Load(columns);
            s00 = TPath.MultiplyAdd(x, w, s00);
            s10 = TPath.MultiplyAdd(y, w, s10);
            w = Load(columns + TPath.Count);
            s01 = TPath.MultiplyAdd(x, w, s01);
            s11 = TPath.MultiplyAdd(y, w, s11);
            w = Load(columns + (2 * TPath.Count));
            s02 = TPath.MultiplyAdd(x, w, s02);
            s12 = TPath.MultiplyAdd(y, w, s12);
            w = Load(columns + (3 * TPath.Count));
            s03 = TPath.MultiplyAdd(x, w, s03);
            s13 = TPath.MultiplyAdd(y, w, s13);
        }

        Keep(block.Results, s00, s01, s02, s03);
        Keep(block.Results + block.ResultStep, s10, s11, s12, s13);
    }

    // Six rows by four vectors of sixteen: twenty-four sums, four vectors of weights and one of a row fill the registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourSix(T* columns, int step, Block block)
    {
        var (isFirst, d) = (block.IsFirst, block.ResultStep);
        var c = block.Results;
        var (s00, s01, s02, s03) = Start(c, isFirst);
        var (s10, s11, s12, s13) = Start(c + d, isFirst);
        var (s20, s21, s22, s23) = Start(c + (2 * d), isFirst);
        var (s30, s31, s32, s33) = Start(c + (3 * d), isFirst);
        var (s40, s41, s42, s43) = Start(c + (4 * d), isFirst);
        var (s50, s51, s52, s53) = Start(c + (5 * d), isFirst);
        var far = block.RowStep;
        float* row = block.Rows, end = row + block.Inputs, last = row + (3 * far);
        for (; row < end; row++, last++, columns += step)
        {
            var (w0, w1, w2, w3) = (
                Load(columns), Load(columns + TPath.Count), Load(columns + (2 * TPath.Count)), Load(columns + (3 * TPath.Count)));
            Add(TPath.All(row[0]), w0, w1, w2, w3, ref s00, ref s01, ref s02, ref s03);
            Add(TPath.All(row[far]), w0, w1, w2, w3, ref s10, ref s11, ref s12, ref s13);
            Add(TPath.All(row[2 * far]), w0, w1, w2, w3, ref s20, ref s21, ref s22, ref s23);
            Add(TPath.All(last[0]), w0, w1, w2, w3, ref s30, ref s31, ref s32, ref s33);
            Add(TPath.All(last[far]), w0, w1, w2, w3, ref s40, ref s41, ref s42, ref s43);
            Add(TPath.All(last[2 * far]), w0, w1, w2, w3, ref s50, ref s51, ref s52, ref s53);
        }

        Keep(c, s00, s01, s02, s03);
        Keep(c + d, s10, s11, s12, s13);
        Keep(c + (2 * d), s20, s21, s22, s23);
        Keep(c + (3 * d), s30, s31, s32, s33);
        Keep(c + (4 * d), s40, s41, s42, s43);
        Keep(c + (5 * d), s50, s51, s52, s53);
    }

    // Six rows by two vectors, for processors with sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TwoSix(T* columns, int step, Block block)
    {
        var (isFirst, d) = (block.IsFirst, block.ResultStep);
        var c = block.Results;
        var (s00, s01) = StartTwo(c, isFirst);
        var (s10, s11) = StartTwo(c + d, isFirst);
        var (s20, s21) = StartTwo(c + (2 * d), isFirst);
        var (s30, s31) = StartTwo(c + (3 * d), isFirst);
        var (s40, s41) = StartTwo(c + (4 * d), isFirst);
        var (s50, s51) = StartTwo(c + (5 * d), isFirst);
        var far = block.RowStep;
        float* row = block.Rows, end = row + block.Inputs, last = row + (3 * far);
        for (; row < end; row++, last++, columns += step)
        {
            var (w0, w1) = (Load(columns), Load(columns + TPath.Count));
            AddTwo(TPath.All(row[0]), w0, w1, ref s00, ref s01);
            AddTwo(TPath.All(row[far]), w0, w1, ref s10, ref s11);
            AddTwo(TPath.All(row[2 * far]), w0, w1, ref s20, ref s21);
            AddTwo(TPath.All(last[0]), w0, w1, ref s30, ref s31);
            AddTwo(TPath.All(last[far]), w0, w1, ref s40, ref s41);
            AddTwo(TPath.All(last[2 * far]), w0, w1, ref s50, ref s51);
        }

        KeepTwo(c, s00, s01);
        KeepTwo(c + d, s10, s11);
        KeepTwo(c + (2 * d), s20, s21);
        KeepTwo(c + (3 * d), s30, s31);
        KeepTwo(c + (4 * d), s40, s41);
        KeepTwo(c + (5 * d), s50, s51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        TVector x, TVector w0, TVector w1, TVector w2, TVector w3, ref TVector s0, ref TVector s1, ref TVector s2, ref TVector s3)
    {
        s0 = TPath.MultiplyAdd(x, w0, s0);
        s1 = TPath.MultiplyAdd(x, w1, s1);
        s2 = TPath.MultiplyAdd(x, w2, s2);
        s3 = TPath.MultiplyAdd(x, w3, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTwo(TVector x, TVector w0, TVector w1, ref TVector s0, ref TVector s1)
    {
        s0 = TPath.MultiplyAdd(x, w0, s0);
        s1 = TPath.MultiplyAdd(x, w1, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector S0, TVector S1, TVector S2, TVector S3) Start(float* results, bool isFirst) => isFirst
        ? default
        : (TPath.Load(results), TPath.Load(results + TPath.Count), TPath.Load(results + (2 * TPath.Count)), TPath.Load(results + (3 * TPath.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector S0, TVector S1) StartTwo(float* results, bool isFirst) => isFirst
        ? default
        : (TPath.Load(results), TPath.Load(results + TPath.Count));

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
