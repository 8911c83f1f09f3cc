namespace LlmEfficiency.Core.Kernels;

/// <summary>A matrix in memory that somebody else owns.</summary>
/// <param name="memory">Its first element.</param>
/// <param name="rows">The number of rows.</param>
/// <param name="columns">The number of columns.</param>
/// <param name="rowStep">The distance of two rows, in elements.</param>
/// <param name="columnStep">The distance of two columns, in elements.</param>
internal readonly unsafe struct Matrix(void* memory, long rows, long columns, long rowStep, long columnStep)
{
    /// <summary>Gets the first element.</summary>
    public void* Memory { get; } = memory;

    /// <summary>Gets the number of rows.</summary>
    public long Rows { get; } = rows;

    /// <summary>Gets the number of columns.</summary>
    public long Columns { get; } = columns;

    /// <summary>Gets the distance of two rows, in elements.</summary>
    public long RowStep { get; } = rowStep;

    /// <summary>Gets the distance of two columns, in elements.</summary>
    public long ColumnStep { get; } = columnStep;

    /// <summary>Gets the same memory with rows and columns swapped.</summary>
    public Matrix Transposed => new(Memory, Columns, Rows, ColumnStep, RowStep);

    /// <summary>Describes rows that lie one behind the other.</summary>
    public static Matrix Of(void* memory, long rows, long columns) => new(memory, rows, columns, columns, 1);
}
