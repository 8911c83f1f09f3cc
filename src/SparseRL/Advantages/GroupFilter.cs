namespace LlmEfficiency.SparseRL.Advantages;

/// <summary>DAPO's dynamic sampling: groups whose rewards are all equal teach nothing and are sampled anew.</summary>
public static class GroupFilter
{
    /// <summary>Returns whether a group's rewards differ.</summary>
    public static bool HasSignal(ReadOnlySpan<double> rewards)
    {
        for (var i = 1; i < rewards.Length; i++)
        {
            if (rewards[i] != rewards[0])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Lists the groups that are kept, by their numbers.</summary>
    /// <param name="groups">The rewards of each group.</param>
    public static IReadOnlyList<int> Kept(IReadOnlyList<double[]> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        return [.. Enumerable.Range(0, groups.Count).Where(group => HasSignal(groups[group]))];
    }
}
