using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Chat;

/// <summary>The form of a model's prompts, as a benchmark names it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Template">The template.</param>
/// <param name="StopTokens">Tokens that end an answer in this form, beside the model's own.</param>
public sealed record PromptForm(string Name, ChatTemplate Template, IReadOnlyList<int> StopTokens)
{
    /// <summary>The name of the model's own form.</summary>
    public const string Automatic = "auto";

    private const string EndOfTurn = "<|eot_id|>";

    private static readonly string[] Llama3Tokens = ["<|start_header_id|>", "<|end_header_id|>", EndOfTurn];

    /// <summary>Gets the names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = [Automatic, .. BuiltInTemplates.Names];

    /// <summary>Finds a form.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="tokenizer">The model's tokenizer, whose spelling of begin and end the built-in forms take.</param>
    /// <param name="own">The model's own template; null if it has none.</param>
    /// <exception cref="LlmEfficiencyException">
    /// There is none of that name, the model has none of its own, or the tokenizer lacks what the form is made of.
    /// </exception>
    public static PromptForm Find(string name, ITokenizer tokenizer, ChatTemplate? own)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        if (name == Automatic)
        {
            return own is not null ? new PromptForm(name, own, []) : throw new LlmEfficiencyException(
                ErrorKind.Input, $"the model has no chat template: name one with --template ({string.Join(", ", BuiltInTemplates.Names)})");
        }

        var vocabulary = tokenizer.Vocabulary;
        var template = BuiltInTemplates.Create(
            name, Spelling(vocabulary, vocabulary.BeginOfSequence), Spelling(vocabulary, vocabulary.EndOfSequence));
        if (name != "llama-3")
        {
            return new PromptForm(name, template, []);
        }

        return Array.Find(Llama3Tokens, token => !vocabulary.Specials.ContainsKey(token)) is { } missing
            ? throw new LlmEfficiencyException(
                ErrorKind.Input, $"the template llama-3 needs the token {missing}, which the tokenizer lacks: choose another --template")
            : new PromptForm(name, template, [vocabulary.Specials[EndOfTurn]]);
    }

    private static string Spelling(Vocabulary vocabulary, int? id) =>
        vocabulary.Specials.FirstOrDefault(special => special.Value == id).Key ?? string.Empty;
}
