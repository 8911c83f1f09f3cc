using System.ComponentModel;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>One size of base.</summary>
public sealed record SweepSize
{
    /// <summary>Gets its name, which folders and runs are called by.</summary>
    [Description("Name, which folders and runs are called by, such as 0.12m")]
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets a trained base to take instead of training one; null trains one of the sizes below.</summary>
    [Description("A trained base to take (a folder); null trains one of the sizes below")]
    public string? From { get; init; }

    /// <summary>Gets the width of the residual stream.</summary>
    [Description("Width of the residual stream")]
    public int HiddenSize { get; init; } = 64;

    /// <summary>Gets the width inside the feed-forward part; null is the multiple of 16 nearest to 8/3 of the hidden size.</summary>
    [Description("Width inside the feed-forward part; null is the multiple of 16 nearest to 8/3 of the hidden size")]
    public int? InnerSize { get; init; }

    /// <summary>Gets the number of layers.</summary>
    [Description("Number of layers")]
    public int Layers { get; init; } = 8;

    /// <summary>Gets the number of heads.</summary>
    [Description("Number of heads; each has keys and values of its own")]
    public int Heads { get; init; } = 4;

    /// <summary>Gets the tokens that the base is trained on; null takes the sweep's number.</summary>
    [Description("Tokens that the base is trained on; null: as base_tokens says")]
    public long? Tokens { get; init; }

    /// <summary>Gets the peak learning rate of the base; null takes the sweep's.</summary>
    [Description("Peak learning rate of the base; null: as training.learning_rate says")]
    public double? LearningRate { get; init; }

    /// <summary>Gets the seeds of this size; null takes the sweep's.</summary>
    [Description("Seeds of this size; null: as seeds says")]
    public IReadOnlyList<ulong>? Seeds { get; init; }

    /// <summary>Gets the width inside the feed-forward part.</summary>
    internal int Inner => InnerSize ?? Math.Max(16, (int)Math.Round(HiddenSize * 8 / 3.0 / 16) * 16);

    /// <summary>Refuses settings that cannot work.</summary>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate()
    {
        var problem = SweepNames.IsSafe(Name) ? null : $"name is '{Name}': take letters, digits, '.', '_' and '-'";
        problem ??= Heads >= 1 && HiddenSize % Heads == 0 && HiddenSize / Heads % 2 == 0 ? null
            : $"heads is {Heads}: hidden_size, {HiddenSize}, must be an even multiple of it";
        problem ??= Layers >= 1 && Inner >= 1 && Tokens is null or > 0 ? null : $"layers is {Layers}, inner_size {Inner}, tokens {Tokens}: 1 or more each";
        problem ??= Seeds is null or { Count: > 0 } ? null : "seeds is empty: name at least one, or leave them out";
        if (problem is not null)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"sizes: {problem}");
        }
    }
}
