namespace LlmEfficiency.Core.Hub;

/// <summary>How far a download is.</summary>
/// <param name="File">The file in work.</param>
/// <param name="FileNumber">Its number, from 1.</param>
/// <param name="FileCount">How many files are needed.</param>
/// <param name="Bytes">How many bytes of the file are there.</param>
/// <param name="Size">How many bytes the file has; null if the server does not say.</param>
public sealed record PullProgress(string File, int FileNumber, int FileCount, long Bytes, long? Size);
