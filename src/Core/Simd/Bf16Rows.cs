using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// Rows rounded to bf16, filled up with a zero to whole pairs. What is too small for a normal number becomes zero, as the processor's own products take it.
/// </summary>
internal sealed unsafe class Bf16Rows : IDisposable
{
    private readonly NativeBuffer<byte> _numbers;
    private readonly int _width;
    private readonly bool _isWide;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">How many inputs.</param>
    /// <param name="isWide">Whether numbers are kept as singles.</param>
    public Bf16Rows(int rows, int width, bool isWide)
    {
        (_width, _isWide, Pairs) = (width, isWide, (width + 1) / 2);
        RowBytes = 2L * Pairs * (isWide ? sizeof(float) : sizeof(ushort));
        _numbers = new NativeBuffer<byte>(rows * RowBytes, isZero: false);
    }

    /// <summary>Gets how many pairs of inputs there are.</summary>
    public int Pairs { get; }

    /// <summary>Gets the distance of two rows.</summary>
    public long RowBytes { get; }

    /// <summary>Returns the first number of a row.</summary>
    public byte* Row(int row) => _numbers.Pointer + (row * RowBytes);

    /// <summary>Rounds numbers of a row.</summary>
    /// <param name="row">Which row to write.</param>
    /// <param name="numbers">The row, <c>[width]</c>.</param>
    /// <param name="start">The first number.</param>
    /// <param name="end">The one behind the last.</param>
    public void Write(int row, float* numbers, int start, int end)
    {
        var at = start;
        for (; at <= end - Lanes.Count; at += Lanes.Count)
        {
            Put(row, at, Bf16.WithoutSubnormals(Vector512.Load(numbers + at)));
        }

        for (; at < end; at++)
        {
            Put(row, at, Bf16.WithoutSubnormals(numbers[at]));
        }

        if (end == _width && _width % 2 == 1)
        {
            Put(row, _width, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _numbers.Dispose();

    private void Put(int row, int at, Vector512<float> numbers)
    {
        if (_isWide)
        {
            Bf16.Round(numbers).Store((float*)Row(row) + at);
        }
        else
        {
            Bf16.Store((ushort*)Row(row) + at, numbers);
        }
    }

    private void Put(int row, int at, float number)
    {
        if (_isWide)
        {
            ((float*)Row(row))[at] = Bf16.Get(Bf16.Round(number));
        }
        else
        {
            ((ushort*)Row(row))[at] = Bf16.Round(number);
        }
    }
}
