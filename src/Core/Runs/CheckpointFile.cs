namespace LlmEfficiency.Core.Runs;

/// <summary>One file of a checkpoint as its manifest describes it.</summary>
/// <param name="Name">The path inside the checkpoint, parts separated by '/'.</param>
/// <param name="Bytes">The size.</param>
/// <param name="Sha256">The hash of the content in small hexadecimal digits.</param>
public sealed record CheckpointFile(string Name, long Bytes, string Sha256);
