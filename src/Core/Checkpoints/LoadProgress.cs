namespace LlmEfficiency.Core.Checkpoints;

/// <summary>How far loading is.</summary>
/// <param name="Name">The tensor that was loaded last.</param>
/// <param name="DoneBytes">The bytes read so far, as stored.</param>
/// <param name="TotalBytes">The bytes to read.</param>
public readonly record struct LoadProgress(string Name, long DoneBytes, long TotalBytes);
