using System.Text.Json.Serialization;
using LlmEfficiency.P2Law.Inference;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Repeated fits, from which predictions take their intervals.</summary>
/// <param name="Kind">What was drawn.</param>
/// <param name="Asked">How many fits were asked for.</param>
/// <param name="Draws">The constants of each fit that counts; null where they are left out of a print.</param>
/// <param name="TooFew">How many draws had fewer rows than constants and do not count.</param>
/// <param name="Deficient">How many draws could not tell what all rows tell, for example without one of the sizes, and do not count.</param>
public sealed record BootstrapRecord(
    BootstrapKind Kind,
    int Asked,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<double[]>? Draws = null,
    int TooFew = 0,
    int Deficient = 0);
