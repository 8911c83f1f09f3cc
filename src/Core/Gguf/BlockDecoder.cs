namespace LlmEfficiency.Core.Gguf;

/// <summary>Turns whole stored blocks into numbers.</summary>
internal delegate void BlockDecoder(ReadOnlySpan<byte> blocks, Span<float> values);
