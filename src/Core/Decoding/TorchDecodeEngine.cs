using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Core.Decoding;

/// <summary>Decodes with the TorchSharp model itself, on its device and in its element type.</summary>
public sealed class TorchDecodeEngine : IDecodeEngine
{
    private readonly Transformer _model;
    private readonly TorchEngineSettings _settings;

    /// <summary>Takes over a model; disposing the engine disposes it.</summary>
    /// <param name="model">A model whose parameters are set.</param>
    /// <param name="settings">How to run; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk length is not positive.</exception>
    public TorchDecodeEngine(Transformer model, TorchEngineSettings? settings = null)
    {
        (_model, _settings) = (model, settings ?? new TorchEngineSettings());
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_settings.ChunkLength, nameof(settings));
    }

    /// <inheritdoc/>
    public TransformerConfig Config => _model.Config;

    /// <inheritdoc/>
    public string Description => $"torch {_model.Device} {_model.ElementType}".ToLowerInvariant();

    /// <inheritdoc/>
    public IDecodeSession Open(int sequences, int capacity)
    {
        var shape = new CacheShape(Config.LayerCount, sequences, Config.KeyValueHeadCount, capacity, Config.HeadDim);
        return new TorchDecodeSession(_model, _settings, new PreallocatedCache(shape, _model.Device, _model.ElementType));
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
