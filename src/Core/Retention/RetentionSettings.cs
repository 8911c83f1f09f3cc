using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Retention;

/// <summary>How a cache is kept small: a sequence that fills <c>budget + interval</c> slots is cut to its <c>budget</c> best.</summary>
public sealed record RetentionSettings
{
    /// <summary>Gets what says which tokens are best.</summary>
    public required IRetentionPolicy Policy { get; init; }

    /// <summary>Gets how many tokens a sequence keeps in a layer, on average over the layers.</summary>
    public required int Budget { get; init; }

    /// <summary>Gets how many tokens it may have beyond that before it is compressed; 128 by default.</summary>
    public int Interval { get; init; } = 128;

    /// <summary>Gets whether a prompt longer than the budget is compressed before the first token is decoded.</summary>
    public bool CompressesPrompt { get; init; }

    /// <summary>Gets who keeps the same tokens.</summary>
    public RetentionSharing Sharing { get; init; }

    /// <summary>
    /// Gets how many tokens the longest prompt of a session has; null means that any may come, and gives every layer room for all tokens.
    /// </summary>
    public int? LongestPrompt { get; init; }

    /// <summary>Gets a number for each sequence, for policies that draw; null takes the sequence's index.</summary>
    public IReadOnlyList<ulong>? SequenceKeys { get; init; }

    /// <summary>Returns a sequence's number for policies that draw, as 64 bits with a sign.</summary>
    public long SequenceKey(int sequence) => unchecked((long)(SequenceKeys?[sequence] ?? (ulong)sequence));

    /// <summary>Returns how many tokens one layer keeps.</summary>
    public int LayerBudget(int layer, int layers) => Policy.LayerBudget(layer, layers, Budget);

    /// <summary>Returns whether all layers keep the same number of tokens.</summary>
    public bool IsUniform(int layers) =>
        Enumerable.Range(1, layers - 1).All(layer => LayerBudget(layer, layers) == LayerBudget(0, layers));

    /// <summary>Returns how many slots of one layer a sequence needs.</summary>
    /// <param name="layer">Which layer.</param>
    /// <param name="layers">How many there are.</param>
    /// <param name="tokens">How many tokens the sequence has at most, prompt and answer.</param>
    public int LayerCapacity(int layer, int layers, int tokens) =>
        (int)Math.Min(tokens, Math.Max(LongestPrompt ?? tokens, (long)LayerBudget(layer, layers) + Interval));

    /// <summary>Refuses settings that cannot work.</summary>
    /// <param name="layers">How many layers the model has.</param>
    /// <exception cref="LlmEfficiencyException">A value is outside its range, or two contradict each other.</exception>
    public void Validate(int layers)
    {
        Require(Budget > 0, $"the cache budget is {Budget}: it must be positive");
        Require(Interval > 0, $"the cache interval is {Interval}: it must be positive");
        Policy.Validate(Budget, layers);
        for (var layer = 0; layer < layers; layer++)
        {
            var (budget, recent) = (LayerBudget(layer, layers), Policy.Recent(LayerBudget(layer, layers)));
            Require(
                budget > Math.Max(recent, Policy.QueryWindow),
                $"the cache budget of layer {layer} is {budget}: {Policy.Name} keeps the latest {Math.Max(recent, Policy.QueryWindow)} "
                + "in any case, so give more");
        }

        Require(
            Sharing == RetentionSharing.PerHead || IsUniform(layers),
            $"{Policy.Name} keeps a different number in each layer, so the first layer cannot choose for the others");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, problem);
        }
    }
}
