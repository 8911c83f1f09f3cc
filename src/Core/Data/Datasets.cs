using System.Globalization;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Data;

/// <summary>Opens the data that settings describe.</summary>
public static class Datasets
{
    /// <summary>Reads, splits and encodes all sources.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="tokenizer">The tokenizer of the model.</param>
    /// <param name="template">The chat template of the model, if it has one.</param>
    /// <param name="tasks">Makes the examples of a source of the kind <c>task</c>.</param>
    /// <exception cref="LlmEfficiencyException">
    /// A setting, a file or a document cannot be used, or nothing is left to train on.
    /// </exception>
    public static OpenedData Open(
        DataSettings settings, ITokenizer tokenizer, ChatTemplate? template, Func<SourceSettings, bool, DocumentSeries> tasks)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var training = new List<(IDocumentSource, double)>();
        var heldOut = new List<IDocumentSource>();
        var remarks = new List<string>();
        foreach (var source in settings.Sources)
        {
            var parts = OpenOne(source, settings.ValidationFraction);
            training.Add((Checked(parts.Training, source), source.Weight));
            heldOut.Add(parts.HeldOut);
        }

        heldOut.AddRange(settings.Validation.Select(source => OpenOne(source, 1).HeldOut));
        heldOut.RemoveAll(source => source.Count == 0);
        if (heldOut.Count == 0 && (settings.ValidationFraction > 0 || settings.Validation.Count > 0))
        {
            remarks.Add("no document is held out for validation: there are too few documents; set a separator for long texts");
        }

        return new OpenedData(training, heldOut.Count == 0 ? null : new JoinedDocuments("validation", heldOut), remarks);

        (IDocumentSource Training, IDocumentSource HeldOut) OpenOne(SourceSettings source, double fraction)
        {
            var encoder = new DocumentEncoder(tokenizer, template, settings.SequenceLength)
            {
                TrainOnPrompt = source.TrainOnPrompt,
                PlainCompletions = source.PlainCompletions,
            };
            if (source.Kind == "task")
            {
                // Its examples have their own split, so the fraction has no say.
                var documents = new EncodedDocuments(source.Task!, tasks(source, fraction == 1), encoder);
                var nothing = new EncodedDocuments(source.Task!, tasks(source, fraction == 1), encoder, []);
                return fraction == 1 ? (nothing, documents) : (documents, nothing);
            }

            var (train, held) = StoreSplit.Open(NameOf(source), SourceDocuments.Read(source), encoder, fraction);
            var (cut, skipped) = (train.CutCount + held.CutCount, train.SkippedCount + held.SkippedCount);
            remarks.AddRange(Remarks(train.Name, cut, skipped, encoder));
            return (train, held);
        }
    }

    private static string NameOf(SourceSettings source) =>
        source.Paths.Count == 1 ? source.Paths[0] : $"{source.Paths[0]} and {source.Paths.Count - 1} more";

    private static IDocumentSource Checked(IDocumentSource training, SourceSettings source) => training.Count > 0
        ? training
        : throw new LlmEfficiencyException(
            ErrorKind.Input,
            $"{training.Name}: there is no document to train on (kind {source.Kind}); check the file, the columns and the "
            + "validation fraction");

    private static IEnumerable<string> Remarks(string name, long cut, long skipped, DocumentEncoder encoder)
    {
        if (cut > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{name}: {cut} documents lost what is behind {encoder.SequenceLength} tokens");
        }

        if (skipped > 0)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"{name}: {skipped} documents have nothing to learn and were left out");
        }
    }
}
