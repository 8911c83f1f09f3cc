namespace LlmEfficiency.P2Law.Scoring;

/// <summary>Chooses units by their scores; of equal ones the first goes first.</summary>
public static class Ranking
{
    /// <summary>Returns the numbers of the units with the least scores, ascending.</summary>
    /// <param name="scores">A score a unit.</param>
    /// <param name="count">How many.</param>
    public static int[] Least(IReadOnlyList<double> scores, int count) =>
        [.. Enumerable.Range(0, scores.Count).OrderBy(unit => scores[unit]).Take(count).Order()];

    /// <summary>Returns the numbers of the units with the greatest scores, ascending.</summary>
    /// <param name="scores">A score a unit.</param>
    /// <param name="count">How many.</param>
    public static int[] Greatest(IReadOnlyList<double> scores, int count) =>
        Complement(Least(scores, scores.Count - count), scores.Count);

    /// <summary>Returns the numbers of the units with the greatest scores of each group, ascending.</summary>
    /// <param name="scores">A score a unit; a group's units lie side by side.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="count">How many units of each group.</param>
    public static int[] GreatestOfEach(IReadOnlyList<double> scores, int groups, int count)
    {
        var size = scores.Count / groups;
        return
        [
            .. Enumerable.Range(0, groups).SelectMany(group =>
                Greatest([.. scores.Skip(group * size).Take(size)], count).Select(unit => (group * size) + unit)),
        ];
    }

    /// <summary>Returns the numbers from 0 to <paramref name="count"/> - 1 that are not among others.</summary>
    public static int[] Complement(IReadOnlyCollection<int> units, int count)
    {
        var gone = units.ToHashSet();
        return [.. Enumerable.Range(0, count).Where(unit => !gone.Contains(unit))];
    }
}
