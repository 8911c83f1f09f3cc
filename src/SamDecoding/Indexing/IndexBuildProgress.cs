namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>How far the building of an index is.</summary>
/// <param name="Tokens">The tokens read so far.</param>
/// <param name="Documents">The documents read so far.</param>
/// <param name="Segments">The segments written so far.</param>
/// <param name="BytesWritten">The size of the file so far.</param>
public readonly record struct IndexBuildProgress(long Tokens, long Documents, int Segments, long BytesWritten);
