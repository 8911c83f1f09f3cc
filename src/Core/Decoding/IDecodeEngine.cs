using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;

namespace LlmEfficiency.Core.Decoding;

/// <summary>A model ready to decode: weights in memory and a way to run them.</summary>
public interface IDecodeEngine : IDisposable
{
    /// <summary>Gets the model's sizes.</summary>
    TransformerConfig Config { get; }

    /// <summary>Gets the engine, device and element type in a few words, for reports.</summary>
    string Description { get; }

    /// <summary>Gets how many bytes of weights a pass reads; 0 where the engine does not count them.</summary>
    long WeightBytes => 0;

    /// <summary>Gets how many bytes the keys and values of a token take, all layers together; 0 where the engine does not count them.</summary>
    long CacheBytesPerToken => 0;

    /// <summary>Reads a matrix of the model, for a draft head that shares it.</summary>
    /// <param name="name">The Hugging Face name.</param>
    /// <returns>A tensor in host memory for the caller; null where the engine keeps none in that form.</returns>
    TorchSharp.torch.Tensor? ReadWeight(string name) => null;

    /// <summary>Opens a session: a key/value cache for sequences that are decoded together.</summary>
    /// <param name="sequences">How many sequences the session holds.</param>
    /// <param name="capacity">How many tokens each sequence takes in at most: so many cache slots it has, fewer with retention.</param>
    /// <param name="retention">How the cache is kept small; null keeps all tokens.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The settings do not suit the model or the engine.</exception>
    IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null);
}
