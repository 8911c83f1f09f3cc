using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Speculation;

namespace LlmEfficiency.SamDecoding.Drafting;

/// <summary>A drafter that can be chosen by name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">What it does, in a line.</param>
/// <param name="Create">Makes one; it uses those of the texts that it can.</param>
/// <param name="UsesIndexes">Whether it drafts from indexes.</param>
/// <param name="UsesPredictions">Whether it drafts from predicted outputs.</param>
/// <param name="UsesAnswers">Whether it drafts from earlier answers that are kept and shared.</param>
/// <param name="NeedsIndex">Whether it does nothing without an index.</param>
/// <param name="NeedsLogits">Whether it drafts from what the model expected before, and so nothing without a model.</param>
/// <param name="NeedsHead">Whether it drafts with a draft head of the model.</param>
/// <param name="IsCalibrated">Whether its probabilities are good enough to decide by them how much to verify.</param>
/// <param name="Tuned">Reads parameters behind the name and returns what makes the drafter with them; null if it has none.</param>
public sealed record DrafterEntry(
    string Name,
    string Description,
    Func<DraftSources, IDrafter> Create,
    bool UsesIndexes = false,
    bool UsesPredictions = false,
    bool UsesAnswers = false,
    bool NeedsIndex = false,
    bool NeedsLogits = false,
    bool NeedsHead = false,
    bool IsCalibrated = false,
    Func<NamedParameters, Func<DraftSources, IDrafter>>? Tuned = null);
