using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Decoding;

/// <summary>Decodes with the TorchSharp model itself, on its device and in its element type.</summary>
public sealed class TorchDecodeEngine : IDecodeEngine
{
    private readonly Transformer _model;
    private readonly TorchEngineSettings _settings;
    private readonly HostTransfer _transfer;

    /// <summary>Takes over a model; disposing the engine disposes it.</summary>
    /// <param name="model">A model whose parameters are set.</param>
    /// <param name="settings">How to run; null takes the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk length is not positive.</exception>
    public TorchDecodeEngine(Transformer model, TorchEngineSettings? settings = null)
    {
        (_model, _settings, _transfer) = (model, settings ?? new TorchEngineSettings(), new HostTransfer(model.Device));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_settings.ChunkLength, nameof(settings));
    }

    /// <inheritdoc/>
    public TransformerConfig Config => _model.Config;

    /// <inheritdoc/>
    public string Description => $"torch {_model.Device} {_model.ElementType}{(_settings.IsStrict ? " strict" : string.Empty)}".ToLowerInvariant();

    /// <summary>Gets what all sessions have copied between host and device so far; nothing on the processor.</summary>
    public TransferCount Transfers => _transfer.Count;

    /// <inheritdoc/>
    /// <exception cref="Errors.LlmEfficiencyException">The cache needs more memory than is free.</exception>
    public IDecodeSession Open(int sequences, int capacity)
    {
        var shape = new CacheShape(Config.LayerCount, sequences, Config.KeyValueHeadCount, capacity, Config.HeadDim);
        var width = _model.ElementType == ScalarType.Float32 ? 4 : 2;
        OutOfMemory.Require(new MemoryEstimate(0, shape.Elements * width, 0), _model.Device);
        return new TorchDecodeSession(_model, _settings, new PreallocatedCache(shape, _model.Device, _model.ElementType), _transfer);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
