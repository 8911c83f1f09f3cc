using System.ComponentModel;
using LlmEfficiency.Core.Sampling;
using LlmEfficiency.Core.Settings;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>How responses are drawn; names as in verl's <c>rollout</c> where it has them.</summary>
public sealed record RolloutSettings
{
    /// <summary>Gets how many responses each prompt gets: the group.</summary>
    [Description("Responses to each prompt: the group")]
    public int N { get; init; } = 8;

    /// <summary>Gets the sampling temperature, which the trained policy has too.</summary>
    [Description("Sampling temperature; the log-probabilities of training are taken at the same")]
    public double Temperature { get; init; } = 1;

    /// <summary>Gets the nucleus.</summary>
    [Description("Draw from the smallest set of this probability; below 1 only where rollouts are not corrected")]
    public double TopP { get; init; } = 1;

    /// <summary>Gets how many of the most likely tokens can be drawn.</summary>
    [Description("Draw from this many most likely tokens; 0 means all, others only where rollouts are not corrected")]
    public int TopK { get; init; }

    /// <summary>Gets the most tokens of a response.</summary>
    [Description("Most tokens of a response; a longer one is cut and earns nothing")]
    public int MaxResponseLength { get; init; } = 512;

    /// <summary>Gets how many responses are drawn together.</summary>
    [Description("Responses that are decoded together; several such batches run on several threads")]
    public int Batch { get; init; } = 64;

    /// <summary>Gets whether responses are written down.</summary>
    [Description("Write every response to rollouts.jsonl in the run's folder")]
    public bool Journal { get; init; } = true;

    /// <summary>Gets what the cache keeps.</summary>
    [Description("What the key/value cache keeps")]
    public CacheSettings Cache { get; init; } = new();

    /// <summary>Gets whether tokens are drawn from the model's own distribution, so that its log-probabilities are the sampler's.</summary>
    internal bool IsExact => TopP >= 1 && TopK == 0;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var check = new SettingsRange("rollout");
        check.Require(N is > 0 and <= 65536, "n", N, "1 to 65536");
        check.Require(Temperature is > 0 and <= 100, "temperature", Temperature, "more than 0 and at most 100");
        check.Require(TopP is > 0 and <= 1, "top_p", TopP, "more than 0 and at most 1");
        check.Require(TopK >= 0, "top_k", TopK, "0 or more");
        check.Require(MaxResponseLength > 0, "max_response_length", MaxResponseLength, "1 or more");
        check.Require(Batch > 0, "batch", Batch, "1 or more");
        Cache.Validate("rollout.cache");
    }

    /// <summary>Returns how tokens are drawn.</summary>
    internal SamplingSettings Sampling(ulong seed) => new() { Temperature = Temperature, TopP = TopP, TopK = TopK, Seed = seed };
}
