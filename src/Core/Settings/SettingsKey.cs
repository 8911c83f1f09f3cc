namespace LlmEfficiency.Core.Settings;

/// <summary>What can be set, for a person who asks.</summary>
/// <param name="Path">Where it is: <c>data.sources[].weight</c>; <c>[]</c> is each item of a list.</param>
/// <param name="Type">Which values it takes, in words.</param>
/// <param name="Default">The value where nobody sets it, as JSON; null where it must be set.</param>
/// <param name="Summary">What it means, in a sentence; empty where nobody says.</param>
public sealed record SettingsKey(string Path, string Type, string? Default, string Summary);
