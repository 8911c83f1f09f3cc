namespace LlmEfficiency.Core.Decoding;

/// <summary>How the TorchSharp engine runs.</summary>
public sealed record TorchEngineSettings
{
    /// <summary>
    /// Gets how many tokens of a long row go through the model at a time, which bounds the memory of its attention; 512 by default.
    /// A row with an ancestor mask is never divided.
    /// </summary>
    public int ChunkLength { get; init; } = 512;
}
