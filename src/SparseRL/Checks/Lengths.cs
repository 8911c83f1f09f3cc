namespace LlmEfficiency.SparseRL.Checks;

/// <summary>Refuses lists that cannot belong together.</summary>
internal static class Lengths
{
    /// <summary>Throws where a list has another length than its companion.</summary>
    /// <param name="length">Its length.</param>
    /// <param name="expected">The companion's length.</param>
    /// <param name="name">The list's name.</param>
    /// <exception cref="ArgumentException">They differ.</exception>
    public static void RequireEqual(int length, int expected, string name)
    {
        if (length != expected)
        {
            throw new ArgumentException($"{name} has {length} elements for {expected}", name);
        }
    }
}
