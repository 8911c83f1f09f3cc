using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Retention;

/// <summary>The sizes of a session's cache.</summary>
internal static class SessionShape
{
    /// <summary>Finds the sizes.</summary>
    /// <param name="config">The model's.</param>
    /// <param name="sequences">How many sequences there are.</param>
    /// <param name="capacity">How many tokens each takes in at most.</param>
    /// <param name="retention">How the cache is kept small; null keeps all tokens.</param>
    /// <exception cref="LlmEfficiencyException">The settings do not suit the model.</exception>
    public static CacheShape Of(TransformerConfig config, int sequences, int capacity, RetentionSettings? retention)
    {
        var shape = new CacheShape(config.LayerCount, sequences, config.KeyValueHeadCount, capacity, config.HeadDim);
        if (retention is null)
        {
            return shape;
        }

        retention.Validate(config.LayerCount);
        if (config.SlidingWindow is { } window)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, $"the model sees a window of {window} tokens, which no cache policy knows: keep the cache dense");
        }

        int[] capacities =
            [.. Enumerable.Range(0, config.LayerCount).Select(layer => retention.LayerCapacity(layer, config.LayerCount, capacity))];
        return shape with { Capacity = capacities.Max(), LayerCapacities = retention.IsUniform(config.LayerCount) ? null : capacities };
    }
}
