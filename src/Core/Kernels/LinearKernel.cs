using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// A linear map of any number of rows in which each result is one sum, added up in the same order whatever other rows there are:
/// a row's results are bitwise the same alone and among others.
/// </summary>
/// <remarks>Vectors of eight, which processors have that lack those of sixteen; the sums of a tile fill their registers.</remarks>
/// <typeparam name="T">The type of the matrix and of the results; the rows are fp32.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class LinearKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    private const int Step = 8;
    private const int TileRows = 2;
    private const int TileOutputs = 4;

    /// <summary>Computes some of the outputs of all rows.</summary>
    /// <param name="rows">Rows, <c>[count, inputs]</c>.</param>
    /// <param name="weight">The matrix, <c>[outputs, inputs]</c>.</param>
    /// <param name="bias">What is added, <c>[outputs]</c>, or null.</param>
    /// <param name="results">Results, <c>[count, outputs]</c>.</param>
    /// <param name="size">The number of rows, inputs and outputs.</param>
    /// <param name="part">The first output to compute, and the one behind the last.</param>
    public static void Multiply(
        float* rows, T* weight, T* bias, T* results, (int Rows, int Inputs, int Outputs) size, (int First, int End) part)
    {
        var sums = stackalloc float[TileRows * TileOutputs];
        for (var output = part.First; output < part.End; output += TileOutputs)
        {
            var outputs = Math.Min(TileOutputs, part.End - output);
            var matrix = weight + ((long)output * size.Inputs);
            for (var row = 0; row < size.Rows;)
            {
                var count = outputs == TileOutputs && size.Rows - row >= TileRows ? TileRows : 1;
                Add(rows + ((long)row * size.Inputs), matrix, sums, (count, outputs, size.Inputs));
                for (var inside = 0; inside < count; inside++, row++)
                {
                    var result = results + ((long)row * size.Outputs) + output;
                    for (var at = 0; at < outputs; at++)
                    {
                        var sum = sums[(inside * TileOutputs) + at];
                        result[at] = TElement.Round(bias is null ? sum : sum + TElement.Get(bias[output + at]));
                    }
                }
            }
        }
    }

    /// <summary>Computes one sum as all others are: a vector that steps through the inputs, its lanes, then what fills none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* left, T* right, int inputs)
    {
        var sum = Vector256<float>.Zero;
        var at = 0;
        for (; at <= inputs - Step; at += Step)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Load(left + at), TElement.LoadEight(right + at), sum);
        }

        return Rest(left, right, Lanes.Sum(sum), at, inputs);
    }

    private static void Add(float* left, T* matrix, float* sums, (int Rows, int Outputs, int Inputs) size)
    {
        if (size.Rows == TileRows)
        {
            AddPair(left, matrix, sums, size.Inputs);
        }
        else if (size.Outputs == TileOutputs)
        {
            AddRow(left, matrix, sums, size.Inputs);
        }
        else
        {
            for (var output = 0; output < size.Outputs; output++)
            {
                sums[output] = Dot(left, matrix + ((long)output * size.Inputs), size.Inputs);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPair(float* left, T* matrix, float* sums, int inputs)
    {
        var (s00, s01, s02, s03) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        var (s10, s11, s12, s13) = (s00, s00, s00, s00);
        float* other = left + inputs;
        T* m1 = matrix + inputs, m2 = matrix + (2L * inputs), m3 = matrix + (3L * inputs);
        var at = 0;
        for (; at <= inputs - Step; at += Step)
        {
            var (first, second) = (Vector256.Load(left + at), Vector256.Load(other + at));
            var right = TElement.LoadEight(matrix + at);
            s00 = Vector256.FusedMultiplyAdd(first, right, s00);
            s10 = Vector256.FusedMultiplyAdd(second, right, s10);
            right = TElement.LoadEight(m1 + at);
            s01 = Vector256.FusedMultiplyAdd(first, right, s01);
            s11 = Vector256.FusedMultiplyAdd(second, right, s11);
            right = TElement.LoadEight(m2 + at);
            s02 = Vector256.FusedMultiplyAdd(first, right, s02);
            s12 = Vector256.FusedMultiplyAdd(second, right, s12);
            right = TElement.LoadEight(m3 + at);
            s03 = Vector256.FusedMultiplyAdd(first, right, s03);
            s13 = Vector256.FusedMultiplyAdd(second, right, s13);
        }

        Finish(left, matrix, sums, (s00, s01, s02, s03), at, inputs);
        Finish(other, matrix, sums + TileOutputs, (s10, s11, s12, s13), at, inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(float* left, T* matrix, float* sums, int inputs)
    {
        var (s0, s1, s2, s3) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        T* m1 = matrix + inputs, m2 = matrix + (2L * inputs), m3 = matrix + (3L * inputs);
        var at = 0;
        for (; at <= inputs - Step; at += Step)
        {
            var row = Vector256.Load(left + at);
            s0 = Vector256.FusedMultiplyAdd(row, TElement.LoadEight(matrix + at), s0);
            s1 = Vector256.FusedMultiplyAdd(row, TElement.LoadEight(m1 + at), s1);
            s2 = Vector256.FusedMultiplyAdd(row, TElement.LoadEight(m2 + at), s2);
            s3 = Vector256.FusedMultiplyAdd(row, TElement.LoadEight(m3 + at), s3);
        }

        Finish(left, matrix, sums, (s0, s1, s2, s3), at, inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(
        float* left, T* matrix, float* sums, (Vector256<float> S0, Vector256<float> S1, Vector256<float> S2, Vector256<float> S3) lanes, int at, int inputs)
    {
        sums[0] = Rest(left, matrix, Lanes.Sum(lanes.S0), at, inputs);
        sums[1] = Rest(left, matrix + inputs, Lanes.Sum(lanes.S1), at, inputs);
        sums[2] = Rest(left, matrix + (2L * inputs), Lanes.Sum(lanes.S2), at, inputs);
        sums[3] = Rest(left, matrix + (3L * inputs), Lanes.Sum(lanes.S3), at, inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Rest(float* left, T* right, float sum, int at, int inputs)
    {
        for (; at < inputs; at++)
        {
            sum += left[at] * TElement.Get(right[at]);
        }

        return sum;
    }
}
