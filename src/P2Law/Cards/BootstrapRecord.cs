using System.Text.Json.Serialization;
using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Repeated fits, from which predictions take their intervals.</summary>
/// <param name="Kind">What was drawn.</param>
/// <param name="Asked">How many fits were asked for; those with too few rows are missing.</param>
/// <param name="Draws">The constants of each fit; null where they are left out of a print.</param>
public sealed record BootstrapRecord(
    BootstrapKind Kind,
    int Asked,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double[]>? Draws = null);
