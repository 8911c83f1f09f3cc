using System.Runtime.Intrinsics;
using LlmEfficiency.Core.Kernels;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// How quantized weights lie: a block is sixteen outputs by thirty-two inputs, with a bf16 scale for each output. For four inputs in
/// turn it has the bytes of its outputs, four each; where a weight takes half a byte, the lower halves are for four inputs and the upper for the next four.
/// A panel is a row of blocks. A byte is a number plus <see cref="Zero"/>, a half-byte the number of a level (<see cref="HalfByteLevels"/>).
/// </summary>
internal static unsafe class QuantizedBlocks
{
    /// <summary>The inputs of a block.</summary>
    public const int Inputs = 32;

    /// <summary>Which byte means zero: a stored byte, or one that a half-byte stands for.</summary>
    public const int Zero = 128;

    private const int ScaleBytes = Panels.Width * sizeof(ushort);

    /// <summary>Returns how many blocks a panel has.</summary>
    public static int Count(int inputs) => (inputs + Inputs - 1) / Inputs;

    /// <summary>Returns how many bytes the weights of a block take.</summary>
    public static int WeightBytes(bool isHalf) => Panels.Width * Inputs / (isHalf ? 2 : 1);

    /// <summary>Returns how many bytes a block takes.</summary>
    public static int Bytes(bool isHalf) => WeightBytes(isHalf) + ScaleBytes;

    /// <summary>Returns where the scale of an output lies in its block.</summary>
    public static ushort* Scale(byte* block, int output, bool isHalf) => (ushort*)(block + WeightBytes(isHalf)) + output;

    /// <summary>Writes the weights of an output.</summary>
    /// <param name="block">Its block, zeros at first.</param>
    /// <param name="output">Which of the sixteen.</param>
    /// <param name="weights">Weights, <see cref="Inputs"/> of them.</param>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    public static void Write(byte* block, int output, float* weights, bool isHalf)
    {
        var (low, high) = (Vector512.Load(weights), Vector512.Load(weights + Lanes.Count));
        var scale = isHalf ? HalfByteLevels.Scale(low, high) : Bf16.Round(Lanes.LargestMagnitude(low, high) / 127);
        *Scale(block, output, isHalf) = scale;
        var inverse = Vector512.Create(Bf16.Get(scale) == 0 ? 0 : 1 / Bf16.Get(scale));
        var (first, second) = isHalf
            ? (HalfByteLevels.Nearest(low * inverse), HalfByteLevels.Nearest(high * inverse))
            : (Rounded(low * inverse), Rounded(high * inverse));
        var bytes = Vector512.Narrow(first, second);
        var fours = Vector256.Narrow(bytes.GetLower(), bytes.GetUpper()).AsInt32();
        for (var four = 0; four < Inputs / 4; four++)
        {
            var place = Place(4 * four, output, isHalf, out var shift);
            *(int*)(block + place) |= fours[four] << shift;
        }
    }

    /// <summary>Reads the weights of an output.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="output">Which of the sixteen.</param>
    /// <param name="weights">Receives weights, <see cref="Inputs"/> of them.</param>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    public static void Read(byte* block, int output, float* weights, bool isHalf)
    {
        var scale = Vector128.Create(Bf16.Get(*Scale(block, output, isHalf)));
        for (var four = 0; four < Inputs / 4; four++)
        {
            var place = Place(4 * four, output, isHalf, out var shift);
            var bytes = Vector128.CreateScalar(*(int*)(block + place) >> shift).AsByte();
            bytes = isHalf ? Vector128.Shuffle(HalfByteLevels.Bytes, bytes & Vector128.Create((byte)0xf)) : bytes;
            var numbers = Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() - Vector128.Create(Zero);
            (Vector128.ConvertToSingle(numbers) * scale).Store(weights + (4 * four));
        }
    }

    private static int Place(int input, int output, bool isHalf, out int shift)
    {
        shift = isHalf && input / 4 % 2 == 1 ? 4 : 0;
        var step = isHalf ? input / 8 : input / 4;
        return (((step * Panels.Width) + output) * 4) + (input % 4);
    }

    private static Vector512<int> Rounded(Vector512<float> numbers) =>
        Vector512.ConvertToInt32(Vector512.Round(Vector512.Clamp(numbers, Vector512.Create(-127f), Vector512.Create(127f)))) + Vector512.Create(Zero);
}
