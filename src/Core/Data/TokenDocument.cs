namespace LlmEfficiency.Core.Data;

/// <summary>One document as a model trains on it.</summary>
/// <param name="Tokens">The ids, at least one.</param>
/// <param name="Targets">
/// Whether token <c>i</c> is predicted with loss, from the tokens before it; as many as tokens. The first is false:
/// nothing comes before it.
/// </param>
public sealed record TokenDocument(ReadOnlyMemory<int> Tokens, ReadOnlyMemory<bool> Targets);
