using LlmEfficiency.Core.Chat;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.SamDecoding.Bench;

/// <summary>The model that is measured.</summary>
/// <param name="Engine">Runs it; its owner disposes it.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Form">The form of its prompts.</param>
/// <param name="Time">The one clock of all methods.</param>
public sealed record BenchSubject(IDecodeEngine Engine, ITokenizer Tokenizer, PromptForm Form, TimeProvider Time);
