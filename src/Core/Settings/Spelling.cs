namespace LlmEfficiency.Core.Settings;

/// <summary>Finds the word that a misspelled one was meant to be.</summary>
public static class Spelling
{
    private const int LongestWord = 100;

    /// <summary>
    /// Counts the fewest insertions, deletions, replacements and swaps of neighbours that make one word of another
    /// (the Damerau–Levenshtein distance).
    /// </summary>
    public static int Distance(string from, string to)
    {
        // best[i + 1, j + 1] is the distance of the first i letters to the first j; row and column 0 are out of reach.
        var best = new int[from.Length + 2, to.Length + 2];
        var lastRows = new Dictionary<char, int>();
        var unreachable = from.Length + to.Length;
        best[0, 0] = unreachable;
        for (var i = 0; i <= from.Length; i++)
        {
            (best[i + 1, 0], best[i + 1, 1]) = (unreachable, i);
        }

        for (var j = 0; j <= to.Length; j++)
        {
            (best[0, j + 1], best[1, j + 1]) = (unreachable, j);
        }

        for (var i = 1; i <= from.Length; i++)
        {
            var lastColumn = 0;
            for (var j = 1; j <= to.Length; j++)
            {
                var isSame = from[i - 1] == to[j - 1];
                var (row, column) = (lastRows.GetValueOrDefault(to[j - 1]), lastColumn);
                var swapped = best[row, column] + (i - row - 1) + 1 + (j - column - 1);
                var replaced = best[i, j] + (isSame ? 0 : 1);
                var shifted = Math.Min(best[i, j + 1], best[i + 1, j]) + 1;
                best[i + 1, j + 1] = Math.Min(Math.Min(replaced, shifted), swapped);
                lastColumn = isSame ? j : lastColumn;
            }

            lastRows[from[i - 1]] = i;
        }

        return best[from.Length + 1, to.Length + 1];
    }

    /// <summary>
    /// Returns the nearest of the known words, the first among equals; null if more than a third of its letters would
    /// change.
    /// </summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        if (word.Length > LongestWord)
        {
            return null;
        }

        var nearest = known.Select(candidate => (Word: candidate, Distance: Distance(word, candidate)))
            .DefaultIfEmpty((Word: "", Distance: int.MaxValue))
            .MinBy(candidate => candidate.Distance);
        var allowed = Math.Max(1, Math.Max(word.Length, nearest.Word.Length) / 3);
        return nearest.Distance <= allowed ? nearest.Word : null;
    }
}
