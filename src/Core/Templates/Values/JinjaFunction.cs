namespace LlmEfficiency.Core.Templates.Values;

/// <summary>A macro or built-in function.</summary>
/// <param name="Name">The name, for messages.</param>
/// <param name="Invoke">Runs it.</param>
internal sealed record JinjaFunction(string Name, Func<CallArguments, object?> Invoke);
