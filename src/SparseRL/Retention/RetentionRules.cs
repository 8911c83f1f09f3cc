using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>Checks of policies' settings.</summary>
internal static class RetentionRules
{
    /// <summary>Refuses a setting.</summary>
    /// <exception cref="LlmEfficiencyException">The condition does not hold.</exception>
    public static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, problem);
        }
    }

    /// <summary>Refuses a pooling kernel that has no middle.</summary>
    public static void RequireOdd(int kernel) =>
        Require(kernel > 0 && kernel % 2 == 1, $"the pooling kernel is {kernel}: it must be odd and positive");

    /// <summary>Refuses a window that is not positive.</summary>
    public static void RequireWindow(int window) => Require(window > 0, $"the observation window is {window}: it must be positive");
}
