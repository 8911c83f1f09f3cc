namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>Names that folders can have on every system.</summary>
internal static class SweepNames
{
    /// <summary>Returns whether a text can be part of a folder's name as it is.</summary>
    public static bool IsSafe(string name) => name.Length > 0 && name.All(IsSafe);

    /// <summary>Returns a text with what cannot be in a folder's name replaced, such as the colon of 2:4.</summary>
    public static string Safe(string name) => string.Concat(name.Select(letter => IsSafe(letter) ? letter : '-'));

    private static bool IsSafe(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-';
}
