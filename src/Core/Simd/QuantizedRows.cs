using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// Rows as signed bytes, with a scale for each group of thirty-two inputs. What a kernel reads of a group lies together: its words, what the sum of its
/// products begins with (minus <see cref="QuantizedBlocks.Zero"/> times the sum of its bytes, for weights carry that much too much) and its scale.
/// </summary>
internal sealed unsafe class QuantizedRows : IDisposable
{
    private readonly NativeBuffer<int> _groups;     // [rows, groups, 8 · words + 2]
    private readonly int _width;
    private readonly int _wordsPerFour;

    /// <summary>Takes the memory.</summary>
    /// <param name="rows">How many rows.</param>
    /// <param name="width">How many inputs.</param>
    /// <param name="words">How many words stand for four inputs: 1 are bytes, 2 are the even and the odd as 16-bit pairs.</param>
    public QuantizedRows(int rows, int width, int words)
    {
        (_width, _wordsPerFour, Groups) = (width, words, QuantizedBlocks.Count(width));
        RowWords = Groups * GroupWords(words);
        _groups = new NativeBuffer<int>((long)rows * RowWords, isZero: false);
    }

    /// <summary>Gets how many groups of inputs there are.</summary>
    public int Groups { get; }

    /// <summary>Gets the distance of two rows.</summary>
    public int RowWords { get; }

    /// <summary>Returns how many words lie before what the sums of a group begin with, and its scale.</summary>
    /// <param name="words">How many words stand for four inputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Words(int words) => QuantizedBlocks.Inputs / 4 * words;

    /// <summary>Returns how many words a group takes.</summary>
    /// <param name="words">How many words stand for four inputs.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int GroupWords(int words) => Words(words) + 2;

    /// <summary>Returns the first group of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int* Row(int row) => _groups.Pointer + ((long)row * RowWords);

    /// <summary>Rounds numbers of a row: the largest of a group becomes 127.</summary>
    /// <param name="row">Which row to write.</param>
    /// <param name="numbers">The row, <c>[width]</c>.</param>
    /// <param name="start">The first number, of a group.</param>
    /// <param name="end">The one behind the last, of a group or of the row.</param>
    public void Write(int row, float* numbers, int start, int end)
    {
        var filled = stackalloc float[QuantizedBlocks.Inputs];
        var bytes = stackalloc sbyte[QuantizedBlocks.Inputs];
        var words = Words(_wordsPerFour);
        var target = Row(row) + (start / QuantizedBlocks.Inputs * (words + 2));
        for (var first = start; first < end; first += QuantizedBlocks.Inputs, target += words + 2)
        {
            var source = numbers + first;
            if (_width - first < QuantizedBlocks.Inputs)
            {
                new Span<float>(filled, QuantizedBlocks.Inputs).Clear();
                new Span<float>(source, _width - first).CopyTo(new Span<float>(filled, QuantizedBlocks.Inputs));
                source = filled;
            }

            var (scale, sum) = Round(source, _wordsPerFour == 1 ? (sbyte*)target : bytes);
            if (_wordsPerFour == 2)
            {
                Spread(bytes, target);
            }

            target[words] = -QuantizedBlocks.Zero * sum;
            target[words + 1] = BitConverter.SingleToInt32Bits(scale);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _groups.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (float Scale, int Sum) Round(float* numbers, sbyte* bytes)
    {
        var (low, high) = (Vector512.Load(numbers), Vector512.Load(numbers + Lanes.Count));
        var top = Lanes.LargestMagnitude(low, high);
        var inverse = Vector512.Create(top == 0 ? 0 : 127 / top);
        var (first, second) = (Vector512.ConvertToInt32Native(Vector512.Round(low * inverse)), Vector512.ConvertToInt32Native(Vector512.Round(high * inverse)));
        if (Avx512F.IsSupported)
        {
            Avx512F.ConvertToVector128SByte(first).Store(bytes);
            Avx512F.ConvertToVector128SByte(second).Store(bytes + Lanes.Count);
        }
        else
        {
            var words = Vector512.Narrow(first, second);
            Vector256.Narrow(words.GetLower(), words.GetUpper()).Store(bytes);
        }

        return (top / 127, Vector512.Sum(first + second));
    }

    private static void Spread(sbyte* bytes, int* words)
    {
        for (var input = 0; input < QuantizedBlocks.Inputs; input += 4, words += 2)
        {
            words[0] = (ushort)(short)bytes[input] | (bytes[input + 2] << 16);
            words[1] = (ushort)(short)bytes[input + 1] | (bytes[input + 3] << 16);
        }
    }
}
