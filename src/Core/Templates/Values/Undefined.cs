namespace LlmEfficiency.Core.Templates.Values;

/// <summary>The value of a name or member that is not there: prints as nothing, is false, and has no members.</summary>
/// <param name="Name">What was looked for, for messages.</param>
internal sealed record Undefined(string Name);
