namespace LlmEfficiency.Core.Simd;

/// <summary>
/// How matrices lie: sixteen outputs make a panel, four panels a group. In a group the numbers of all its outputs for the first input
/// come first, then those for the second; of bf16 those for the first two inputs, two neighbours an output, then those for the next two. An output is one
/// lane, whose sum runs through the inputs in one order whatever the width of the vectors and however many rows are multiplied at once.
/// </summary>
internal static class Panels
{
    /// <summary>The outputs of a panel.</summary>
    public const int Width = 16;

    /// <summary>The panels of a group; the last group of a matrix may have fewer.</summary>
    public const int PerGroup = 4;

    /// <summary>The outputs of a group.</summary>
    public const int GroupWidth = Width * PerGroup;

    /// <summary>Returns how many panels hold so many outputs.</summary>
    public static int Count(int outputs) => (outputs + Width - 1) / Width;

    /// <summary>Rounds a number of outputs up to whole panels.</summary>
    public static int Whole(int outputs) => Count(outputs) * Width;

    /// <summary>Returns where one of several equal parts of a number of items begins; part <paramref name="parts"/> is the end.</summary>
    public static int Start(int count, int part, int parts) => (int)((long)count * part / parts);
}
