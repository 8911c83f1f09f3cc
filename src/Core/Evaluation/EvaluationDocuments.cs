using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Tasks;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>Documents to measure perplexity on.</summary>
public static class EvaluationDocuments
{
    /// <summary>Reads files: JSON Lines and Parquet hold documents, any other file is one text.</summary>
    /// <param name="path">A file, folder or pattern; <c>.gz</c> behind the name is read too.</param>
    /// <param name="encoder">How to encode them; its sequence length cuts them.</param>
    /// <param name="limit">How many documents are read at most.</param>
    /// <exception cref="Errors.LlmEfficiencyException">
    /// A file cannot be read, or a document cannot be encoded.
    /// </exception>
    public static IDocumentSource OfFiles(string path, DocumentEncoder encoder, long? limit = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var kind = SourceDocuments.KindOf(path);
        var documents = SourceDocuments.Read(new SourceSettings { Kind = kind, Paths = [path], Limit = limit })
            .ToArray();
        return new EncodedDocuments(
            path, new DocumentSeries(documents.Length, path, index => documents[index]), encoder);
    }

    /// <summary>Takes the first examples of a task: whole texts, or of conversations the assistant's answers.</summary>
    /// <param name="set">The examples.</param>
    /// <param name="count">How many.</param>
    /// <param name="encoder">How to encode them.</param>
    /// <exception cref="Errors.LlmEfficiencyException">
    /// A conversation needs a chat template that the encoder lacks.
    /// </exception>
    public static IDocumentSource OfTask(TaskSet set, long count, DocumentEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(set);
        var name = $"task:{set.Task.Name}";
        return new EncodedDocuments(name, new DocumentSeries(count, $"{name} {set.Split}", Read), encoder);

        RawDocument Read(long index) =>
            set[index] is { Messages: { } messages } ? RawDocument.OfMessages(messages)
                : RawDocument.OfText(set[index].Text ?? string.Empty);
    }
}
