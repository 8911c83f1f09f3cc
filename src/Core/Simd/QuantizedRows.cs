using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>Rows as signed bytes, with a scale for each group of thirty-two inputs.</summary>
internal sealed unsafe class QuantizedRows : IDisposable
{
    private readonly NativeBuffer<int> _words;      // [rows, groups, 8 · words]
    private readonly NativeBuffer<float> _scales;   // [rows, groups]
    private readonly NativeBuffer<int> _sums;       // [rows, groups]
    private readonly int _width;
    private readonly int _wordsPerFour;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">How many inputs.</param>
    /// <param name="words">How many words stand for four inputs: 1 are bytes, 2 are the even and the odd as 16-bit pairs.</param>
    public QuantizedRows(int rows, int width, int words)
    {
        (_width, _wordsPerFour, Groups) = (width, words, QuantizedBlocks.Count(width));
        _words = new NativeBuffer<int>((long)rows * Groups * WordsPerGroup);
        _scales = new NativeBuffer<float>((long)rows * Groups);
        _sums = new NativeBuffer<int>((long)rows * Groups);
    }

    /// <summary>Gets how many groups of inputs there are.</summary>
    public int Groups { get; }

    /// <summary>Gets the distance of two rows' words.</summary>
    public int WordStep => Groups * WordsPerGroup;

    private int WordsPerGroup => QuantizedBlocks.Inputs / 4 * _wordsPerFour;

    /// <summary>Returns the words of a row.</summary>
    public int* WordsOf(int row) => _words.Pointer + ((long)row * Groups * WordsPerGroup);

    /// <summary>Returns the scales of a row's groups.</summary>
    public float* ScalesOf(int row) => _scales.Pointer + ((long)row * Groups);

    /// <summary>Returns the sums of the bytes of a row's groups.</summary>
    public int* SumsOf(int row) => _sums.Pointer + ((long)row * Groups);

    /// <summary>Rounds a row: the largest number of a group becomes 127.</summary>
    /// <param name="row">Which row to write.</param>
    /// <param name="numbers">The numbers, <c>[width]</c>.</param>
    public void Write(int row, float* numbers)
    {
        var filled = stackalloc float[QuantizedBlocks.Inputs];
        var bytes = stackalloc sbyte[QuantizedBlocks.Inputs];
        for (var group = 0; group < Groups; group++)
        {
            var first = group * QuantizedBlocks.Inputs;
            var source = numbers + first;
            if (_width - first < QuantizedBlocks.Inputs)
            {
                new Span<float>(filled, QuantizedBlocks.Inputs).Clear();
                new Span<float>(source, _width - first).CopyTo(new Span<float>(filled, QuantizedBlocks.Inputs));
                source = filled;
            }

            ScalesOf(row)[group] = Round(source, bytes);
            SumsOf(row)[group] = Pack(bytes, WordsOf(row) + (group * WordsPerGroup));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _words.Dispose();
        _scales.Dispose();
        _sums.Dispose();
    }

    private static float Round(float* numbers, sbyte* bytes)
    {
        var (low, high) = (Vector512.Load(numbers), Vector512.Load(numbers + Lanes.Count));
        var top = Lanes.Largest(Vector512.Max(Vector512.Abs(low), Vector512.Abs(high)));
        var inverse = Vector512.Create(top == 0 ? 0 : 127 / top);
        var (first, second) = (Vector512.ConvertToInt32(Vector512.Round(low * inverse)), Vector512.ConvertToInt32(Vector512.Round(high * inverse)));
        var words = Vector512.Narrow(first, second);
        Vector256.Narrow(words.GetLower(), words.GetUpper()).Store(bytes);
        return top / 127;
    }

    private int Pack(sbyte* bytes, int* words)
    {
        var sum = 0;
        for (var input = 0; input < QuantizedBlocks.Inputs; input += 4, words += _wordsPerFour)
        {
            sum += bytes[input] + bytes[input + 1] + bytes[input + 2] + bytes[input + 3];
            if (_wordsPerFour == 1)
            {
                *words = *(int*)(bytes + input);
            }
            else
            {
                words[0] = (ushort)(short)bytes[input] | (bytes[input + 2] << 16);
                words[1] = (ushort)(short)bytes[input + 1] | (bytes[input + 3] << 16);
            }
        }

        return sum;
    }
}
