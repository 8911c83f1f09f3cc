namespace LlmEfficiency.Core.Simd;

/// <summary>
/// How machine code finds the rows that it multiplies by: of each three rows a general register has the first one's address, which moves along, and
/// one register the distance of two rows.
/// </summary>
internal static unsafe class RowAddresses
{
    /// <summary>The register of the distance: rdx.</summary>
    public const int Distance = 2;

    private const int RowsPerBase = 3;

    private static readonly int[] Bases = [0, 1, 8, 9];     // rax, rcx, r8, r9

    /// <summary>Returns the registers that rows need.</summary>
    public static ReadOnlySpan<int> Of(int rows) => Bases.AsSpan(0, (rows + RowsPerBase - 1) / RowsPerBase);

    /// <summary>Returns the address of a place in a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="displacement">How many bytes behind where its register points.</param>
    public static CodeAddress Of(int row, int displacement) => new(
        Bases[row / RowsPerBase], displacement, row % RowsPerBase == 0 ? null : Distance, IsDouble: row % RowsPerBase == 2);

    /// <summary>Writes what the registers begin with.</summary>
    /// <param name="arguments">Receives as many numbers as <paramref name="bases"/>.</param>
    /// <param name="bases">How many registers the program has.</param>
    /// <param name="row">The first row.</param>
    /// <param name="distance">The distance of two rows, in bytes.</param>
    public static void Set(long* arguments, int bases, void* row, long distance)
    {
        for (var start = 0; start < bases; start++)
        {
            arguments[start] = (long)row + (start * RowsPerBase * distance);
        }
    }
}
