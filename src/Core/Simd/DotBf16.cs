using System.Runtime.Intrinsics.X86;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// AVX512-BF16, for which the runtime has no instruction: machine code, written when it is first needed. An instruction adds two products to each sum,
/// the second input's first and each rounded, so that the bits are those of the other paths. Numbers below the least normal one are zero to it.
/// </summary>
internal sealed unsafe class DotBf16 : FloatKernel
{
    private const int MostRows = 6;
    private const int Vectors = Panels.PerGroup;
    private const int VectorBytes = 64;
    private const int ChunkPairs = ChunkInputs / 2;

    // Kinds of programs: a panel of outputs, or a group with each number of lines that are prefetched a step, from none on.
    private const int OfPanel = 0;
    private const int OfGroup = 1;
    private const int Kinds = OfGroup + Vectors + 1;

    // General registers beside those of the rows.
    private const int Columns = 6;          // rsi
    private const int Next = 8;
    private const int Step = 9;
    private const int Pairs = 10;           // that are left; at the ends the distance of two rows of results
    private const int Results = 11;

    // The arguments in this order; the first are those of the rows.
    private const int ColumnsAt = 2;
    private const int NextAt = 3;
    private const int DistanceAt = 4;
    private const int StepAt = 5;
    private const int PairsAt = 6;
    private const int ResultsAt = 7;
    private const int ResultBytesAt = 8;
    private const int ArgumentCount = 9;

    // Vectors: the sums of a row lie together, then come weights and a row's pair.
    private const int Weights = MostRows * Vectors;
    private const int Pair = Weights + Vectors;

    private static readonly Lazy<nint> All = new(() => MachineCode.Write(
        2 * Kinds * MostRows,
        (code, program) => Write(code, (program % MostRows) + 1, program / MostRows % Kinds, isFirst: program >= Kinds * MostRows)));

    private readonly delegate* unmanaged[SuppressGCTransition]<long*, void>* _programs;

    private DotBf16(nint programs) => _programs = (delegate* unmanaged[SuppressGCTransition]<long*, void>*)programs;

    public override RowFormat Rows => RowFormat.Bf16;

    private static bool IsSupported { get; } = OperatingSystem.IsLinux() && Avx512BW.X64.IsSupported && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;

    /// <summary>Returns the kernel; null where the processor or the system does not have it.</summary>
    public static DotBf16? Find() => IsSupported && All.Value is var programs and not 0 ? new DotBf16(programs) : null;

    public override void Multiply(uint* columns, int step, int width, ActivationRows rows, int count, float* results, long resultStep)
    {
        if (count == 0)
        {
            return;
        }

        var numbers = rows.Bf16!;
        var arguments = stackalloc long[ArgumentCount];
        arguments[DistanceAt] = numbers.RowBytes;
        arguments[StepAt] = (long)step * sizeof(uint);
        arguments[ResultBytesAt] = resultStep * sizeof(float);

        // What comes next is prefetched a little with each step, so that memory never rests: the next chunk, or what lies some way before the only turn.
        var tiles = (count + MostRows - 1) / MostRows;
        var (fewest, more) = (count / tiles, count % tiles);
        var chunk = tiles == 1 ? numbers.Pairs : ChunkPairs;
        for (var pair = 0; pair < numbers.Pairs; pair += chunk)
        {
            arguments[PairsAt] = Math.Min(chunk, numbers.Pairs - pair);
            var part = columns + ((long)pair * step);
            arguments[NextAt] = (long)part + (tiles == 1 ? StreamBytes : arguments[PairsAt] * arguments[StepAt]);
            for (int tile = 0, row = 0, size; tile < tiles; tile++, row += size)
            {
                size = fewest + (tile < more ? 1 : 0);
                RowAddresses.Set(arguments, ColumnsAt, numbers.Row(row) + (pair * sizeof(uint)), numbers.RowBytes);
                arguments[ColumnsAt] = (long)part;
                arguments[ResultsAt] = (long)(results + (row * resultStep));
                var lines = (Vectors * (tile + 1) / tiles) - (Vectors * tile / tiles);
                Run(arguments, size, width, lines, isFirst: pair == 0);
                arguments[NextAt] += arguments[PairsAt] * lines * VectorBytes;
            }
        }
    }

    private void Run(long* arguments, int rows, int width, int lines, bool isFirst)
    {
        var programs = _programs + (isFirst ? Kinds * MostRows : 0) + rows - 1;
        if (width == Panels.GroupWidth)
        {
            programs[(OfGroup + lines) * MostRows](arguments);
            return;
        }

        for (var column = 0; column < width; column += Panels.Width)
        {
            programs[OfPanel * MostRows](arguments);
            arguments[ColumnsAt] += VectorBytes;
            arguments[ResultsAt] += VectorBytes;
        }
    }

    private static void Write(EvexAssembler code, int rows, int kind, bool isFirst)
    {
        var (vectors, lines) = kind == OfPanel ? (1, 0) : (Vectors, kind - OfGroup);
        var bases = RowAddresses.Of(rows);
        EachSum(code, rows, vectors, isFirst ? (sum, _) => code.Clear(sum) : code.Load);
        for (var start = 0; start < bases.Length; start++)
        {
            MachineCode.Take(code, bases[start], start);
        }

        MachineCode.Take(code, Columns, ColumnsAt);
        MachineCode.Take(code, Next, NextAt);
        MachineCode.Take(code, RowAddresses.Distance, DistanceAt);
        MachineCode.Take(code, Step, StepAt);
        MachineCode.Take(code, Pairs, PairsAt);
        var loop = code.Here;
        for (var vector = 0; vector < vectors; vector++)
        {
            code.Load(Weights + vector, new CodeAddress(Columns, vector * VectorBytes));
        }

        for (var line = 0; line < lines; line++)
        {
            code.Prefetch(Next, line * VectorBytes);
        }

        for (var row = 0; row < rows; row++)
        {
            code.Broadcast(Pair, RowAddresses.Of(row, 0));
            for (var vector = 0; vector < vectors; vector++)
            {
                code.AddPairs((row * Vectors) + vector, Weights + vector, Pair);
            }
        }

        foreach (var start in bases)
        {
            code.AddNumber(start, sizeof(uint));
        }

        code.AddGeneral(Columns, Step);
        code.AddNumber(Next, lines * VectorBytes);
        code.AddNumber(Pairs, -1);
        code.RepeatUnlessZero(loop);
        EachSum(code, rows, vectors, (sum, place) => code.Store(place, sum));
        code.Return();
    }

    // Goes through the sums and where they lie among the results.
    private static void EachSum(EvexAssembler code, int rows, int vectors, Action<int, CodeAddress> move)
    {
        MachineCode.Take(code, Results, ResultsAt);
        MachineCode.Take(code, Pairs, ResultBytesAt);
        for (var row = 0; row < rows; row++)
        {
            for (var vector = 0; vector < vectors; vector++)
            {
                move((row * Vectors) + vector, new CodeAddress(Results, vector * VectorBytes));
            }

            code.AddGeneral(Results, Pairs);
        }
    }
}
