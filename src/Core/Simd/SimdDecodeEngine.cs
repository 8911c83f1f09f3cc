using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Retention;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Simd;

/// <summary>
/// Decodes on a processor with kernels of ours, at the speed at which the weights can be read. A token's logits, keys and values
/// depend, to the last bit, on nothing but the tokens that it sees: not on what else runs with it, nor on the number of threads.
/// </summary>
public sealed class SimdDecodeEngine : IDecodeEngine
{
    private readonly SimdWeights _weights;
    private readonly SimdEngineSettings _settings;

    /// <summary>Packs a model's weights.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="read">Reads a tensor by its Hugging Face name; the engine keeps none of them.</param>
    /// <param name="settings">How to run; null takes the defaults.</param>
    /// <exception cref="LlmEfficiencyException">The sizes cannot make a model, or memory ran out.</exception>
    public SimdDecodeEngine(TransformerConfig config, Func<string, Tensor> read, SimdEngineSettings? settings = null)
        : this(config, settings ?? new SimdEngineSettings(), path => new PackingSource(read, path))
    {
    }

    private SimdDecodeEngine(TransformerConfig config, SimdEngineSettings settings, Func<SimdPath, IPartSource> source)
    {
        config.Validate();
        (Config, _settings) = (config, settings);
        _weights = new SimdWeights(config, settings.Weights, source(settings.Path));
        Team = new ThreadTeam(settings.Threads);
    }

    /// <summary>Packs the weights of a model in memory, which is not needed any more then.</summary>
    /// <param name="model">A model on the processor.</param>
    /// <param name="settings">How to run; null takes the defaults.</param>
    public static SimdDecodeEngine Of(Transformer model, SimdEngineSettings? settings = null)
    {
        var weights = model.state_dict();
        return new SimdDecodeEngine(model.Config, name => weights[name].alias(), settings);
    }

    /// <summary>Takes weights that lie in memory packed, where they lie.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="find">Tells where a part's first byte lies.</param>
    /// <param name="owner">Keeps the memory; the engine disposes it.</param>
    /// <param name="settings">How to run; the weights are packed in their format.</param>
    internal static SimdDecodeEngine Over(TransformerConfig config, Func<WeightPart, IntPtr> find, IDisposable owner, SimdEngineSettings settings) =>
        new(config, settings, path => new MappedSource(find, owner, path));

    /// <summary>Returns about how much memory an engine's weights take.</summary>
    public static long EstimateBytes(TransformerConfig config, SimdEngineSettings settings) =>
        (long)(config.ParameterCount * WeightFormats.BytesPerWeight(settings.Weights));

    /// <inheritdoc/>
    public TransformerConfig Config { get; }

    /// <inheritdoc/>
    public string Description =>
        $"simd {_settings.Path.ToString().ToLowerInvariant()} {WeightFormats.Name(_settings.Weights)}, cache {CacheFormats.Name(_settings.Cache)}, threads {_settings.Threads}";

    /// <inheritdoc/>
    public long WeightBytes => _weights.BytesPerPass;

    /// <inheritdoc/>
    public long CacheBytesPerToken => (long)Config.LayerCount * Config.KeyValueHeadCount * CacheFormats.BytesPerHead(_settings.Cache, Config.HeadDim);

    /// <summary>Gets the threads; who runs a pass holds their lock.</summary>
    internal ThreadTeam Team { get; }

    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">The cache needs more memory than is free, or the retention settings do not suit the model.</exception>
    public IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null)
    {
        var shape = SessionShape.Of(Config, sequences, capacity, retention);
        OutOfMemory.Require(new MemoryEstimate(0, CacheBytesPerToken * sequences * shape.Slots / Config.LayerCount, 0), ComputeDevice.Cpu);
        return new SimdDecodeSession(this, SimdCache.Create(shape, _settings.Cache, _settings.Path), retention);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Team.Dispose();
        _weights.Dispose();
    }

    /// <summary>Prepares the passes of a session.</summary>
    internal SimdPass NewPass(SimdCache cache, SimdCompressor? compressor) => new(Config, _weights, cache, Team, compressor);
}
