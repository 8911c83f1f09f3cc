namespace LlmEfficiency.P2Law.Data;

/// <summary>The rows of a table that a law can be fitted to.</summary>
/// <param name="Rows">The rows, in the order of the file.</param>
/// <param name="RowsInFile">How many rows the file has.</param>
/// <param name="Notes">What was left out and why.</param>
/// <param name="Sha256">The hash of the file, in small hexadecimal digits.</param>
public sealed record ObservationSet(
    IReadOnlyList<LawObservation> Rows, int RowsInFile, IReadOnlyList<string> Notes, string Sha256);
