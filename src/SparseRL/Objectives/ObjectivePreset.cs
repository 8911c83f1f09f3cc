namespace LlmEfficiency.SparseRL.Objectives;

/// <summary>An objective with a name.</summary>
/// <param name="Name">The name.</param>
/// <param name="Summary">What it is, in one line.</param>
/// <param name="Settings">Its settings.</param>
public sealed record ObjectivePreset(string Name, string Summary, ObjectiveSettings Settings);
