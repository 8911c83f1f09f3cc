namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>A loss on the curve of a run.</summary>
/// <param name="Tokens">The tokens of post-training before it.</param>
/// <param name="Loss">The mean loss of the held-out documents, in nats a token.</param>
/// <param name="Seconds">The time that training and measuring took so far, of all processes that worked on the run.</param>
/// <param name="PeakMemory">The most memory of the process so far, other runs beside this one included, in bytes.</param>
public sealed record SweepPoint(long Tokens, double Loss, double Seconds, long PeakMemory);
