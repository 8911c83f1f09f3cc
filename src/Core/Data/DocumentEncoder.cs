using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Data;

/// <summary>Turns documents into tokens. Pure; many threads may use one.</summary>
/// <param name="tokenizer">The tokenizer of the model.</param>
/// <param name="template">The chat template of the model, if it has one.</param>
/// <param name="sequenceLength">The most tokens of a document, at least 2.</param>
public sealed class DocumentEncoder(ITokenizer tokenizer, ChatTemplate? template, int sequenceLength)
{
    /// <summary>Gets the size of the vocabulary.</summary>
    public int VocabularySize => tokenizer.Vocabulary.Size;

    /// <summary>Gets the most tokens of a document.</summary>
    public int SequenceLength { get; } = sequenceLength >= 2
        ? sequenceLength
        : throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"sequence_length is {sequenceLength}: the least is 2, one token to predict the next");

    /// <summary>
    /// Gets whether all tokens are predicted with loss, not the answers and completions alone. Default false.
    /// </summary>
    public bool TrainOnPrompt { get; init; }

    /// <summary>
    /// Gets whether a prompt with its completion is one text, not a conversation in the chat template. Default false;
    /// without a template it always is.
    /// </summary>
    public bool PlainCompletions { get; init; }

    /// <summary>Encodes one document; of a longer one the end is cut off.</summary>
    /// <exception cref="LlmEfficiencyException">It has no token, or the template refuses it.</exception>
    public TokenDocument Encode(RawDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var encoded = EncodeWhole(document);
        return encoded.Tokens.Length > 0
            ? encoded.Begin(SequenceLength)
            : throw new LlmEfficiencyException(ErrorKind.Input, $"{document.Place}: the document is empty");
    }

    /// <summary>Encodes one document in full length.</summary>
    internal EncodedDocument EncodeWhole(RawDocument document)
    {
        if (document.Messages is { } messages)
        {
            return EncodeChat(messages, document.Place);
        }

        if (document.Completion is not { } completion)
        {
            return new EncodedDocument(Framed(tokenizer.Encode(document.Text!)), null, IsContinuous: true);
        }

        return template is null || PlainCompletions
            ? EncodeCompletion(document.Text!, completion)
            : EncodeChat([new ChatMessage("user", document.Text), new ChatMessage("assistant", completion)], document.Place);
    }

    private EncodedDocument EncodeChat(IReadOnlyList<ChatMessage> messages, string place) => template is null
        ? throw new LlmEfficiencyException(
            ErrorKind.Input, $"{place}: a conversation needs a chat template, and the model has none; train on text instead")
        : ChatEncoding.Encode(template, tokenizer, messages, TrainOnPrompt, place);

    // What is generated follows the tokens of the prompt alone; from the first that differs on, all is to be learned.
    private EncodedDocument EncodeCompletion(string prompt, string completion)
    {
        var given = PromptEncoder.Encode(tokenizer, prompt);
        var all = Framed(tokenizer.Encode(prompt + completion));
        if (TrainOnPrompt)
        {
            return new EncodedDocument(all, null, IsContinuous: false);
        }

        var targets = new bool[all.Length];
        targets.AsSpan(Math.Min(all.Length, Math.Max(1, ChatEncoding.CommonLength(given, all)))).Fill(true);
        return new EncodedDocument(all, targets, IsContinuous: false);
    }

    private int[] Framed(IReadOnlyList<int> ids)
    {
        var vocabulary = tokenizer.Vocabulary;
        var begin = vocabulary.AddsBeginOfSequence ? vocabulary.BeginOfSequence : null;
        begin = ids.Count > 0 && ids[0] == begin ? null : begin;
        int[] before = begin is { } first ? [first] : [];
        int[] after = vocabulary.EndOfSequence is { } last ? [last] : [];
        return [.. before, .. ids, .. after];
    }
}
