using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>What an evaluation needs of a model.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Engine">Runs it.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Template">Its chat template, if it has one.</param>
public sealed record EvaluatedModel(string Name, IDecodeEngine Engine, ITokenizer Tokenizer, ChatTemplate? Template);
