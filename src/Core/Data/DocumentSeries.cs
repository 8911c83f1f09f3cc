namespace LlmEfficiency.Core.Data;

/// <summary>Documents that are made when they are asked for, such as the examples of a synthetic task.</summary>
/// <param name="Count">The number of documents.</param>
/// <param name="Fingerprint">Says which documents these are, in any form.</param>
/// <param name="Read">Returns document <c>index</c>: pure, from any thread.</param>
public sealed record DocumentSeries(long Count, string Fingerprint, Func<long, RawDocument> Read);
