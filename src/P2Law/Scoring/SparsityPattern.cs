using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Scoring;

/// <summary>How zeros are spread over a matrix: N weights that stay in each M neighbours of a row, or a part of them anywhere.</summary>
/// <param name="Kept">N; 0 for a part anywhere.</param>
/// <param name="Group">M; 0 for a part anywhere.</param>
/// <param name="Ratio">The part of the weights that becomes zero.</param>
public readonly record struct SparsityPattern(int Kept, int Group, double Ratio)
{
    /// <summary>Gets whether zeros are counted in groups of neighbours.</summary>
    public bool IsGrouped => Group > 0;

    /// <summary>Makes N:M.</summary>
    public static SparsityPattern Of(int kept, int group) => new(kept, group, 1 - ((double)kept / group));

    /// <summary>Makes a pattern without structure.</summary>
    public static SparsityPattern Unstructured(double ratio) => new(0, 0, ratio);

    /// <summary>Reads a pattern: <c>2:4</c>, any other <c>N:M</c> with N weights that stay, or a part such as <c>0.5</c> that goes.</summary>
    /// <param name="text">The pattern.</param>
    /// <exception cref="LlmEfficiencyException">It is none.</exception>
    public static SparsityPattern Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split(':');
        if (parts is [var left, var right]
            && int.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var kept)
            && int.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var group)
            && kept >= 1 && kept < group && group <= 64)
        {
            return Of(kept, group);
        }

        return parts.Length == 1 && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is > 0 and < 1
            ? Unstructured(ratio)
            : throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"sparse.pattern is {text}: allowed is N:M, such as 2:4, N below M and M at most 64, or a part such as 0.5");
    }

    /// <inheritdoc/>
    public override string ToString() => IsGrouped
        ? string.Create(CultureInfo.InvariantCulture, $"{Kept}:{Group}")
        : string.Create(CultureInfo.InvariantCulture, $"{Ratio}");
}
