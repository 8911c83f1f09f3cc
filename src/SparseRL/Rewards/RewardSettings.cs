using System.ComponentModel;
using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>One reward.</summary>
public sealed record RewardSettings
{
    /// <summary>Gets the kind.</summary>
    [Description("task, math, exact, regex, format, length or external")]
    public string Kind { get; init; } = "task";

    /// <summary>Gets what it is multiplied by in the sum.</summary>
    [Description("What it is multiplied by in the sum")]
    public double Weight { get; init; } = 1;

    /// <summary>Gets whether only a boxed answer counts.</summary>
    [Description("math: only the last \\boxed{} counts as the answer")]
    public bool RequiresBox { get; init; }

    /// <summary>Gets the relative difference of numbers that counts as none.</summary>
    [Description("math: relative difference of numbers that counts as none")]
    public double Tolerance { get; init; }

    /// <summary>Gets the pattern.</summary>
    [Description("regex: a .NET pattern; its group 'answer', if it has one, must be the reference")]
    public string? Pattern { get; init; }

    /// <summary>Gets the wanted form.</summary>
    [Description("format: boxed, or think (<think>…</think> and an answer)")]
    public ResponseForm Form { get; init; } = ResponseForm.Boxed;

    /// <summary>Gets up to how many tokens the reward is 1.</summary>
    [Description("length: up to so many tokens the reward is 1")]
    public int FullTokens { get; init; }

    /// <summary>Gets from how many tokens on the reward is 0.</summary>
    [Description("length: from so many tokens on it is 0")]
    public int NoneTokens { get; init; }

    /// <summary>Gets the program and its arguments.</summary>
    [Description("external: the program and its arguments, each by itself; no shell reads them")]
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Gets the longest time for a batch.</summary>
    [Description("external: longest time for a batch, in seconds")]
    public double TimeoutSeconds { get; init; } = 60;

    /// <summary>Refuses settings that cannot work.</summary>
    /// <param name="path">Where they stand, such as <c>rewards[0]</c>.</param>
    /// <exception cref="LlmEfficiencyException">A property has an impossible value.</exception>
    public void Validate(string path)
    {
        Require(RewardList.Kinds.Contains(Kind), path, "kind", Kind, $"use one of {string.Join(", ", RewardList.Kinds)}");
        Require(double.IsFinite(Weight) && Weight != 0, path, "weight", Weight, "it must be a finite number, not 0");
        Require(Tolerance is >= 0 and < 1, path, "tolerance", Tolerance, "it must be at least 0 and below 1");
        Require(Kind != "regex" || !string.IsNullOrEmpty(Pattern), path, "pattern", "missing", "a reward of kind regex needs one");
        Require(
            Kind != "length" || (FullTokens >= 0 && NoneTokens > FullTokens), path, "none_tokens", NoneTokens,
            $"it must be more than full_tokens, which is {FullTokens.ToString(CultureInfo.InvariantCulture)}");
        Require(
            Kind != "external" || (Command.Count > 0 && Command[0].Length > 0), path, "command", "missing",
            "a reward of kind external needs a program");
        Require(TimeoutSeconds is > 0 and <= 86_400, path, "timeout_seconds", TimeoutSeconds, "it must be above 0 and at most 86400");
    }

    private static void Require(bool holds, string path, string name, object? value, string remedy)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, string.Create(CultureInfo.InvariantCulture, $"{path}.{name} is {value}: {remedy}"));
        }
    }
}
