using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// AVX512-VNNI, for which the runtime has no instruction: machine code, written when it is first needed. A vector is a panel of outputs, and there is
/// a program for each number of rows up to <see cref="MostRows"/>, so that all their sums stay in registers. The bits are those of the other paths.
/// </summary>
internal sealed unsafe class DotVnni512 : DotKernel
{
    private const int MostRows = 12;

    // General registers beside those of the rows; rdi comes with the arguments and holds the last of them.
    private const int Panel = 6;            // rsi
    private const int Blocks = 10;
    private const int Results = 11;
    private const int ResultBytes = MachineCode.Arguments;

    // The arguments in this order; the first are those of the rows, and the mask and the levels, which take two, are for half-bytes.
    private const int PanelAt = 4;
    private const int RowBytesAt = 5;
    private const int BlocksAt = 6;
    private const int ResultsAt = 7;
    private const int ResultBytesAt = 8;
    private const int MaskAt = 9;
    private const int LevelsAt = 10;
    private const int ArgumentCount = 12;

    // Vectors: the totals of the rows come first, then their sums.
    private const int FirstSum = MostRows;
    private const int Low = 2 * MostRows;
    private const int High = Low + 1;
    private const int Scales = Low + 2;
    private const int Mask = Low + 3;
    private const int Levels = Low + 4;

    private const int RowWords = QuantizedBlocks.Inputs / 4;
    private const int BiasAt = sizeof(int) * RowWords;
    private const int ScaleAt = BiasAt + sizeof(int);
    private const int GroupBytes = ScaleAt + sizeof(float);
    private const int VectorBytes = 64;

    private static readonly Lazy<nint> OfBytes = new(() => MachineCode.Write(MostRows, (code, program) => Write(code, program + 1, isHalf: false)));
    private static readonly Lazy<nint> OfHalfBytes = new(() => MachineCode.Write(MostRows, (code, program) => Write(code, program + 1, isHalf: true)));

    private readonly delegate* unmanaged[SuppressGCTransition]<long*, void>* _programs;
    private readonly bool _isHalf;

    private DotVnni512(nint programs, bool isHalf)
    {
        _programs = (delegate* unmanaged[SuppressGCTransition]<long*, void>*)programs;
        _isHalf = isHalf;
    }

    public override int Words => 1;

    private static bool IsSupported { get; } = OperatingSystem.IsLinux() && Avx512BW.X64.IsSupported && (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;

    /// <summary>Returns the kernel; null where the processor or the system does not have it.</summary>
    /// <param name="isHalf">Whether a weight takes half a byte.</param>
    public static DotVnni512? Find(bool isHalf) =>
        IsSupported && (isHalf ? OfHalfBytes : OfBytes).Value is var programs and not 0 ? new DotVnni512(programs, isHalf) : null;

    public override void Multiply(byte* panels, int panelCount, QuantizedRows rows, int count, float* results, long resultStep)
    {
        var tiles = (count + MostRows - 1) / MostRows;
        var panelBytes = (long)rows.Groups * QuantizedBlocks.Bytes(_isHalf);
        var arguments = stackalloc long[ArgumentCount];
        arguments[RowBytesAt] = (long)rows.RowWords * sizeof(int);
        arguments[BlocksAt] = rows.Groups;
        arguments[ResultBytesAt] = resultStep * sizeof(float);
        arguments[MaskAt] = 0x0f0f0f0f;
        HalfByteLevels.Bytes.Store((byte*)(arguments + LevelsAt));
        for (var panel = 0; panel < panelCount; panel++, panels += panelBytes, results += Panels.Width)
        {
            arguments[PanelAt] = (long)panels;
            for (int tile = 0, first = 0, end; tile < tiles; tile++, first = end)
            {
                end = Panels.Start(count, tile + 1, tiles);
                RowAddresses.Set(arguments, PanelAt, rows.Row(first), arguments[RowBytesAt]);
                arguments[ResultsAt] = (long)(results + (first * resultStep));
                _programs[end - first - 1](arguments);
            }
        }
    }

    private static void Write(EvexAssembler code, int rows, bool isHalf)
    {
        var bases = RowAddresses.Of(rows);
        Begin(code, rows, bases, isHalf);
        var loop = code.Here;
        for (var row = 0; row < rows; row++)
        {
            code.Broadcast(FirstSum + row, RowAddresses.Of(row, BiasAt));
        }

        for (var word = 0; word < RowWords; word += 2)
        {
            LoadWeights(code, word, isHalf);
            Prefetch(code, word, isHalf);
            AddProducts(code, rows, word, Low);
            AddProducts(code, rows, word + 1, High);
        }

        code.LoadWords(Scales, new CodeAddress(Panel, QuantizedBlocks.WeightBytes(isHalf)));    // bf16 is the upper half of a single
        code.ShiftLeft(Scales, Scales, 16);
        for (var row = 0; row < rows; row++)
        {
            code.ToSingle(FirstSum + row, FirstSum + row);
            code.Multiply(Low, Scales, RowAddresses.Of(row, ScaleAt));
            code.MultiplyAdd(row, FirstSum + row, Low);
        }

        foreach (var start in bases)
        {
            code.AddNumber(start, GroupBytes);
        }

        code.AddNumber(Panel, QuantizedBlocks.Bytes(isHalf));
        code.AddNumber(Blocks, -1);
        code.RepeatUnlessZero(loop);
        End(code, rows);
    }

    private static void Begin(EvexAssembler code, int rows, ReadOnlySpan<int> bases, bool isHalf)
    {
        if (isHalf)
        {
            code.Broadcast(Mask, new CodeAddress(MachineCode.Arguments, MaskAt * sizeof(long)));
            code.BroadcastQuarter(Levels, new CodeAddress(MachineCode.Arguments, LevelsAt * sizeof(long)));
        }

        for (var start = 0; start < bases.Length; start++)
        {
            MachineCode.Take(code, bases[start], start);
        }

        MachineCode.Take(code, Panel, PanelAt);
        MachineCode.Take(code, RowAddresses.Distance, RowBytesAt);
        MachineCode.Take(code, Blocks, BlocksAt);
        MachineCode.Take(code, Results, ResultsAt);
        MachineCode.Take(code, ResultBytes, ResultBytesAt);
        for (var row = 0; row < rows; row++)
        {
            code.Clear(row);
        }
    }

    private static void End(EvexAssembler code, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            code.Store(new CodeAddress(Results), row);
            code.AddGeneral(Results, ResultBytes);
        }

        code.Return();
    }

    private static void LoadWeights(EvexAssembler code, int word, bool isHalf)
    {
        if (isHalf)
        {
            code.Load(Low, new CodeAddress(Panel, word / 2 * VectorBytes));
            code.ShiftRight(High, Low, 4);
            code.And(Low, Low, Mask);
            code.And(High, High, Mask);
            code.Look(Low, Levels, Low);
            code.Look(High, Levels, High);
        }
        else
        {
            code.Load(Low, new CodeAddress(Panel, word * VectorBytes));
            code.Load(High, new CodeAddress(Panel, (word + 1) * VectorBytes));
        }
    }

    private static void Prefetch(EvexAssembler code, int word, bool isHalf)
    {
        code.Prefetch(Panel, Ahead + (word / (isHalf ? 2 : 1) * VectorBytes));
        if (!isHalf)
        {
            code.Prefetch(Panel, Ahead + ((word + 1) * VectorBytes));
        }
    }

    private static void AddProducts(EvexAssembler code, int rows, int word, int weights)
    {
        for (var row = 0; row < rows; row++)
        {
            code.AddDot(FirstSum + row, weights, RowAddresses.Of(row, word * sizeof(int)));
        }
    }
}
