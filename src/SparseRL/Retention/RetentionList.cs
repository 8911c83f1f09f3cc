using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>All retention policies.</summary>
public static class RetentionList
{
    /// <summary>The cache that keeps everything.</summary>
    public const string Dense = "dense";

    /// <summary>Gets the policies; a new one has a row here.</summary>
    public static IReadOnlyList<RetentionEntry> All { get; } =
    [
        new(Dense, "everything", null),
        new("r-kv", "what the latest queries attend to and what does not repeat", options => new RKvPolicy(options.RKv)),
        new("snapkv", "what the latest queries attend to", options => new SnapKvPolicy(options.SnapKv)),
        new("pyramidkv", "the same, more in the first layers than in the last", options => new PyramidKvPolicy(options.PyramidKv)),
        new("h2o", "what received most attention so far, and the latest", _ => new H2oPolicy()),
        new("tova", "what the latest query attends to, the same in all heads", _ => new TovaPolicy()),
        new("streaming-llm", "the first tokens and the latest", options => new StreamingLlmPolicy(options.StreamingLlm)),
        new("keydiff", "the keys least like their mean", _ => new KeyDiffPolicy()),
        new("knorm", "the shortest keys", _ => new KnormPolicy()),
        new("random", "a random choice, and the latest: the control", options => new RandomPolicy(options.Random)),
    ];

    /// <summary>Finds a policy.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static RetentionEntry Find(string name) => All.FirstOrDefault(entry => entry.Name == name)
        ?? throw new LlmEfficiencyException(
            ErrorKind.Usage, $"there is no cache policy '{name}': choose of {string.Join(", ", All.Select(entry => entry.Name))}");

    /// <summary>Makes the policy of a name; null for the cache that keeps everything.</summary>
    /// <exception cref="LlmEfficiencyException">There is none of that name.</exception>
    public static IRetentionPolicy? Create(string name, RetentionOptions? options = null) =>
        Find(name).Create?.Invoke(options ?? new());
}
