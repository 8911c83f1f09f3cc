using System.Globalization;
using LlmEfficiency.SparseRL.Retention;

namespace LlmEfficiency.SparseRL.Training;

/// <summary>What tells a run of reinforcement learning from others in a table.</summary>
/// <param name="Task">What was asked.</param>
/// <param name="Method">
/// <c>dense</c> where the sampler kept everything, <c>sparse-rl</c> for the paper's objective, <c>official</c> for its code's, else the name of
/// the preset.
/// </param>
/// <param name="Compressor">The sampler's policy.</param>
/// <param name="Budget">Tokens that it kept; 0 for all.</param>
/// <param name="Seed">The run's seed.</param>
public sealed record RlRunLabel(string Task, string Method, string Compressor, int Budget, ulong Seed)
{
    /// <summary>The names of the columns of <see cref="ToCsv"/>.</summary>
    public const string CsvHeader = "task,method,compressor,budget,seed";

    /// <summary>Returns the label of a run with these settings.</summary>
    /// <param name="settings">Its settings.</param>
    public static RlRunLabel Of(RlSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var cache = settings.Rollout.Cache;
        return new RlRunLabel(
            settings.Prompts.Task ?? Path.GetFileNameWithoutExtension(settings.Prompts.Path!),
            MethodOf(settings),
            cache.Policy,
            cache.IsDense ? 0 : cache.Budget,
            settings.Training.Seed);
    }

    /// <summary>Returns the values of a table's line, divided by commas.</summary>
    public string ToCsv() => string.Create(CultureInfo.InvariantCulture, $"{Task},{Method},{Compressor},{Budget},{Seed}");

    private static string MethodOf(RlSettings settings) => settings.Rollout.Cache.IsDense ? RetentionList.Dense : settings.Preset switch
    {
        null or "paper" => "sparse-rl",
        "official-code" => "official",
        var name => name,
    };
}
