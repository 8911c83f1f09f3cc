namespace LlmEfficiency.P2Law.Pruning;

/// <summary>The texts that a model was looked at with.</summary>
/// <param name="Data">The files, as they were named.</param>
/// <param name="Samples">How many sequences.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Seed">The key of their choice.</param>
/// <param name="Fingerprint">SHA-256 of their tokens, 32-bit little-endian, in hexadecimal digits.</param>
public sealed record CalibrationRecord(IReadOnlyList<string> Data, int Samples, int Length, ulong Seed, string Fingerprint);
