using System.ComponentModel;
using LlmEfficiency.Core.Retention;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.SparseRL.Retention;

namespace LlmEfficiency.SparseRL.Rollouts;

/// <summary>What the sampler's cache keeps.</summary>
public sealed record CacheSettings
{
    /// <summary>Gets the name of the policy.</summary>
    [Description("What the key/value cache keeps: dense (all), r-kv, snapkv, h2o, streaming-llm, tova, keydiff, knorm, pyramidkv or random")]
    public string Policy { get; init; } = "r-kv";

    /// <summary>Gets how many tokens are kept.</summary>
    [Description("How many tokens a sequence keeps in a layer after a compression")]
    public int Budget { get; init; } = 512;

    /// <summary>Gets how many tokens may come before the next compression.</summary>
    [Description("How many tokens it may have beyond the budget before it is compressed")]
    public int Interval { get; init; } = 128;

    /// <summary>Gets whether long prompts are compressed at once.</summary>
    [Description("Compress a prompt longer than the budget before the first token is drawn")]
    public bool CompressPrompt { get; init; }

    /// <summary>Gets who keeps the same tokens.</summary>
    [Description("Who chooses what is kept: per_head (each head of each layer) or first_layer (for all, as in the paper's code)")]
    public RetentionSharing Sharing { get; init; }

    /// <summary>Gets the policies' constants.</summary>
    [Description("Constants of the policies")]
    public RetentionOptions Options { get; init; } = new();

    /// <summary>Gets a short name for tables and metrics, such as <c>r-kv-48</c>.</summary>
    internal string Label => IsDense ? Policy : $"{Policy}-{Budget}";

    /// <summary>Gets whether nothing is ever dropped.</summary>
    internal bool IsDense => Policy == RetentionList.Dense;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">There is no such policy, or a number is impossible.</exception>
    public void Validate(string key)
    {
        var check = new SettingsRange(key);
        check.Require(Budget > 0, "budget", Budget, "1 or more");
        check.Require(Interval > 0, "interval", Interval, "1 or more");
        _ = RetentionList.Find(Policy);
    }

    /// <summary>Makes the mechanism's settings; null keeps everything.</summary>
    internal RetentionSettings? ToRetention() => RetentionList.Create(Policy, Options) is { } policy
        ? new RetentionSettings { Policy = policy, Budget = Budget, Interval = Interval, CompressesPrompt = CompressPrompt, Sharing = Sharing }
        : null;
}
