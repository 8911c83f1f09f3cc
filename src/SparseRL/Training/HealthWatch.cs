using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Diagnostics;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>Remembers the numbers of a run's iterations and tells what begins to go wrong.</summary>
internal sealed class HealthWatch
{
    private const string RewardName = "reward"; // of every iteration, and of no evaluation

    private readonly List<IReadOnlyDictionary<string, double>> _steps = [];

    /// <summary>Takes up the iterations of a run that goes on.</summary>
    public void Resume(string metricsPath)
    {
        _steps.Clear();
        _steps.AddRange(MetricLog.Read(metricsPath).Where(row => row.Values.ContainsKey(RewardName)).Select(row => row.Values));
    }

    /// <summary>Adds an iteration.</summary>
    /// <returns>Warnings that hold now and did not before it.</returns>
    public IReadOnlyList<string> Judge(IReadOnlyDictionary<string, double> values)
    {
        _steps.Add(values);
        return [.. HealthRules.Risen(_steps).Select(warning => warning.ToString())];
    }
}
