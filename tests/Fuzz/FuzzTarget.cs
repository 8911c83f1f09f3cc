namespace LlmEfficiency.Fuzz;

/// <summary>A reader that hostile input is thrown at.</summary>
/// <param name="Name">The word on the command line.</param>
/// <param name="FullCount">How many mutated inputs the full run takes.</param>
/// <param name="Seeds">Valid inputs that are mutated. Small ones find more.</param>
/// <param name="Read">
/// Reads the input. It may return, or throw an <see cref="Core.Errors.LlmEfficiencyException"/>; anything else is a finding.
/// </param>
/// <param name="Words">Byte strings of the format, to be inserted; may be empty.</param>
public sealed record FuzzTarget(
    string Name, int FullCount, IReadOnlyList<byte[]> Seeds, Action<byte[]> Read, IReadOnlyList<string> Words);
