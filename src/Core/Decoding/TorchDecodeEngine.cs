using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Decoding;

/// <summary>Decodes with the TorchSharp model itself, on its device and in its element type.</summary>
public sealed class TorchDecodeEngine : IDecodeEngine
{
    private readonly Transformer _model;
    private readonly TorchEngineSettings _settings;
    private readonly HostTransfer _transfer;
    private readonly int _threads = TorchThreads.Current;

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
    public string Description =>
        $"torch {_model.Device} {_model.ElementType}{(_settings.IsStrict ? " strict" : string.Empty)}".ToLowerInvariant()
        + (_model.Device.IsCuda ? string.Empty : $", threads {_threads}");

    /// <inheritdoc/>
    public long WeightBytes => (Config.ParameterCount - (Config.TiesEmbeddings ? 0 : (long)Config.VocabularySize * Config.HiddenSize)) * ElementSize;

    /// <inheritdoc/>
    public long CacheBytesPerToken => 2L * Config.LayerCount * Config.KeyValueHeadCount * Config.HeadDim * ElementSize;

    /// <summary>Gets what all sessions have copied between host and device so far; nothing on the processor.</summary>
    public TransferCount Transfers => _transfer.Count;

    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">
    /// The cache needs more memory than is free, or the retention settings do not suit the model.
    /// </exception>
    public IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null)
    {
        var shape = SessionShape.Of(Config, sequences, capacity, retention);
        if (retention is not null && _settings.IsStrict)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Configuration, "strict decoding of libtorch's engine does not know compressed caches: keep the cache dense, or leave strict out");
        }

        OutOfMemory.Require(new MemoryEstimate(0, shape.Elements * ElementSize, 0), _model.Device);
        var cache = new SessionCache(shape, _model.ElementType, Config, _transfer, retention);
        return new TorchDecodeSession(_model, _settings, cache, _transfer);
    }

    /// <inheritdoc/>
    public Tensor? ReadWeight(string name)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        return _model.state_dict().TryGetValue(name, out var weight) ? weight.detach().cpu().MoveToOuterDisposeScope() : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private int ElementSize => _model.ElementType == ScalarType.Float32 ? 4 : 2;
}
