namespace LlmEfficiency.Core.Retention;

/// <summary>Who keeps the same tokens.</summary>
public enum RetentionSharing
{
    /// <summary>Each key/value head of each layer chooses for itself.</summary>
    PerHead,

    /// <summary>
    /// The first layer chooses, by the sum of its heads' scores, for all layers and heads: what the official code of Sparse-RL does.
    /// </summary>
    FirstLayer,
}
