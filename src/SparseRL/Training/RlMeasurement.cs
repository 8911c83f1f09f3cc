using LlmEfficiency.SparseRL.Rollouts;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>What can be asked of a policy without training it.</summary>
public static class RlMeasurement
{
    /// <summary>Measures a policy as a run does while it trains.</summary>
    /// <param name="settings">Policy, prompts, judge, and under <c>evaluation</c> what is measured.</param>
    /// <param name="host">Where it runs.</param>
    /// <returns>Greedy answers with the full cache, then with each other cache, then the same sampled.</returns>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A setting or a file cannot be used.</exception>
    public static IReadOnlyList<AccuracyReport> Evaluate(RlSettings settings, RlHost host)
    {
        using var machine = RlMachine.Open(settings, host);
        return machine.Evaluate();
    }

    /// <summary>Draws and judges the responses of an iteration, without learning from them.</summary>
    /// <param name="settings">Policy, prompts, judge, and how responses are drawn.</param>
    /// <param name="host">Where it runs.</param>
    /// <param name="firstPrompt">The running number of the first prompt.</param>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A setting or a file cannot be used.</exception>
    public static IReadOnlyList<JournalEntry> Draw(RlSettings settings, RlHost host, long firstPrompt)
    {
        using var machine = RlMachine.Open(settings, host);
        return machine.Trainer.Prepare(firstPrompt).Entries(0);
    }
}
