using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Decoding;

/// <summary>A model ready to decode: weights in memory and a way to run them.</summary>
public interface IDecodeEngine : IDisposable
{
    /// <summary>Gets the model's sizes.</summary>
    TransformerConfig Config { get; }

    /// <summary>Gets the engine, device and element type in a few words, for reports.</summary>
    string Description { get; }

    /// <summary>Opens a session: a key/value cache for sequences that are decoded together.</summary>
    /// <param name="sequences">How many sequences the session holds.</param>
    /// <param name="capacity">How many cache slots each sequence has, in tokens.</param>
    IDecodeSession Open(int sequences, int capacity);
}
