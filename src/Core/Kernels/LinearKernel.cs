using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LlmEfficiency.Core.Kernels;

/// <summary>
/// A linear map of any number of rows in which each result is one sum, added up in the same order whatever other rows there are:
/// a row's results are bitwise the same alone and among others.
/// </summary>
/// <typeparam name="T">The type of the matrix and of the results; the rows are fp32.</typeparam>
/// <typeparam name="TElement">How that type lies in memory.</typeparam>
internal static unsafe class LinearKernel<T, TElement>
    where T : unmanaged
    where TElement : IElement<T>
{
    private const int Tile = 4;

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
        var sums = stackalloc float[Tile * Tile];
        for (var output = part.First; output < part.End; output += Tile)
        {
            var outputs = Math.Min(Tile, part.End - output);
            var matrix = weight + ((long)output * size.Inputs);
            for (var row = 0; row < size.Rows;)
            {
                var count = outputs == Tile && size.Rows - row >= Tile ? Tile : 1;
                var left = rows + ((long)row * size.Inputs);
                Add(left, matrix, sums, (count, outputs, size.Inputs));
                for (var at = 0; at < count * Tile; at++)
                {
                    var column = output + (at % Tile);
                    if (at % Tile < outputs)
                    {
                        var sum = bias is null ? sums[at] : sums[at] + TElement.Get(bias[column]);
                        results[((long)(row + (at / Tile)) * size.Outputs) + column] = TElement.Round(sum);
                    }
                }

                row += count;
            }
        }
    }

    // Every sum is one vector that steps through the inputs, then the sum of its lanes, then the inputs that fill no vector.
    private static void Add(float* left, T* matrix, float* sums, (int Rows, int Outputs, int Inputs) size)
    {
        if (size.Rows == Tile)
        {
            AddBlock(left, matrix, sums, size.Inputs);
        }
        else if (size.Outputs == Tile)
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
    private static void AddBlock(float* left, T* matrix, float* sums, int inputs)
    {
        var (s00, s01, s02, s03) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (s10, s11, s12, s13) = (s00, s00, s00, s00);
        var (s20, s21, s22, s23) = (s00, s00, s00, s00);
        var (s30, s31, s32, s33) = (s00, s00, s00, s00);
        var at = 0;
        for (; at <= inputs - Lanes.Count; at += Lanes.Count)
        {
            var l0 = Vector512.Load(left + at);
            var l1 = Vector512.Load(left + inputs + at);
            var l2 = Vector512.Load(left + (2L * inputs) + at);
            var l3 = Vector512.Load(left + (3L * inputs) + at);
            var right = TElement.Load(matrix + at);
            s00 = Vector512.FusedMultiplyAdd(l0, right, s00);
            s10 = Vector512.FusedMultiplyAdd(l1, right, s10);
            s20 = Vector512.FusedMultiplyAdd(l2, right, s20);
            s30 = Vector512.FusedMultiplyAdd(l3, right, s30);
            right = TElement.Load(matrix + inputs + at);
            s01 = Vector512.FusedMultiplyAdd(l0, right, s01);
            s11 = Vector512.FusedMultiplyAdd(l1, right, s11);
            s21 = Vector512.FusedMultiplyAdd(l2, right, s21);
            s31 = Vector512.FusedMultiplyAdd(l3, right, s31);
            right = TElement.Load(matrix + (2L * inputs) + at);
            s02 = Vector512.FusedMultiplyAdd(l0, right, s02);
            s12 = Vector512.FusedMultiplyAdd(l1, right, s12);
            s22 = Vector512.FusedMultiplyAdd(l2, right, s22);
            s32 = Vector512.FusedMultiplyAdd(l3, right, s32);
            right = TElement.Load(matrix + (3L * inputs) + at);
            s03 = Vector512.FusedMultiplyAdd(l0, right, s03);
            s13 = Vector512.FusedMultiplyAdd(l1, right, s13);
            s23 = Vector512.FusedMultiplyAdd(l2, right, s23);
            s33 = Vector512.FusedMultiplyAdd(l3, right, s33);
        }

        Finish(left, matrix, sums, s00, s01, s02, s03, at, inputs);
        Finish(left + inputs, matrix, sums + Tile, s10, s11, s12, s13, at, inputs);
        Finish(left + (2L * inputs), matrix, sums + (2 * Tile), s20, s21, s22, s23, at, inputs);
        Finish(left + (3L * inputs), matrix, sums + (3 * Tile), s30, s31, s32, s33, at, inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddRow(float* left, T* matrix, float* sums, int inputs)
    {
        var (s0, s1, s2, s3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var at = 0;
        for (; at <= inputs - Lanes.Count; at += Lanes.Count)
        {
            var row = Vector512.Load(left + at);
            s0 = Vector512.FusedMultiplyAdd(row, TElement.Load(matrix + at), s0);
            s1 = Vector512.FusedMultiplyAdd(row, TElement.Load(matrix + inputs + at), s1);
            s2 = Vector512.FusedMultiplyAdd(row, TElement.Load(matrix + (2L * inputs) + at), s2);
            s3 = Vector512.FusedMultiplyAdd(row, TElement.Load(matrix + (3L * inputs) + at), s3);
        }

        Finish(left, matrix, sums, s0, s1, s2, s3, at, inputs);
    }

    private static float Dot(float* left, T* right, int inputs)
    {
        var sum = Vector512<float>.Zero;
        var at = 0;
        for (; at <= inputs - Lanes.Count; at += Lanes.Count)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Load(left + at), TElement.Load(right + at), sum);
        }

        return Rest(left, right, Lanes.Sum(sum), at, inputs);
    }

    private static void Finish(
        float* left, T* matrix, float* sums, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3, int at, int inputs)
    {
        sums[0] = Rest(left, matrix, Lanes.Sum(s0), at, inputs);
        sums[1] = Rest(left, matrix + inputs, Lanes.Sum(s1), at, inputs);
        sums[2] = Rest(left, matrix + (2L * inputs), Lanes.Sum(s2), at, inputs);
        sums[3] = Rest(left, matrix + (3L * inputs), Lanes.Sum(s3), at, inputs);
    }

    private static float Rest(float* left, T* right, float sum, int at, int inputs)
    {
        for (; at < inputs; at++)
        {
            sum += left[at] * TElement.Get(right[at]);
        }

        return sum;
    }
}
