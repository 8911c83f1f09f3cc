using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.SparseRL.Retention;

/// <summary>A retention policy that can be chosen by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it keeps, in a line.</param>
/// <param name="Create">Makes one from options; null for the cache that keeps everything.</param>
public sealed record RetentionEntry(string Name, string Description, Func<RetentionOptions, IRetentionPolicy>? Create);
