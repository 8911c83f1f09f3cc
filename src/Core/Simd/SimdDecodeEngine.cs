using LlmEfficiency.Core.Caching;
using LlmEfficiency.Core.Checkpoints;
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
    private readonly bool _isTeamOwned;

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
        _isTeamOwned = true;
    }

    private SimdDecodeEngine(TransformerConfig config, SimdWeights weights, SimdEngineSettings settings, ThreadTeam? team)
    {
        (Config, _weights, _settings) = (config, weights, settings);
        (Team, _isTeamOwned) = (team ?? new ThreadTeam(settings.Threads), team is null);
    }

    /// <summary>Packs the weights of a model in memory, which is not needed any more then.</summary>
    /// <param name="model">A model on the processor.</param>
    /// <param name="settings">How to run; null takes the defaults.</param>
    public static SimdDecodeEngine Of(Transformer model, SimdEngineSettings? settings = null)
    {
        var weights = model.state_dict();
        return new SimdDecodeEngine(model.Config, name => weights[name].alias(), settings);
    }

    /// <summary>Packs a draft head for a model, whose embedding and output matrix it reads; where that is packed too, it is shared, and so are its threads.</summary>
    /// <param name="head">The head's sizes; width and vocabulary are the model's.</param>
    /// <param name="read">Reads a tensor of the head by its name; the engine keeps none of them.</param>
    /// <param name="target">The model; it is disposed after the head.</param>
    /// <returns>An engine whose rows bring <see cref="DecodeRow.PriorFeatures"/>.</returns>
    /// <exception cref="LlmEfficiencyException">The model's engine shows no features, or memory ran out.</exception>
    public static SimdDecodeEngine OfHead(DraftHeadConfig head, Func<string, Tensor> read, IDecodeEngine target)
    {
        head.Layer.Validate();
        if (target is SimdDecodeEngine packed)
        {
            var source = new PackingSource(read, packed._settings.Path);
            var shared = new SimdWeights(head, packed._settings.Weights, source, packed._weights);
            return new SimdDecodeEngine(head.Layer, shared, packed._settings, packed.Team);
        }

        using var scope = NewDisposeScope();
        using var embedding = Require(TransformerShapes.Embedding);
        var isHalf = embedding.dtype != ScalarType.Float32;
        var settings = new SimdEngineSettings
        {
            Weights = isHalf ? WeightFormat.Bf16 : WeightFormat.Fp32,
            Cache = isHalf ? CacheFormat.Bf16 : CacheFormat.Fp32,
            Threads = TorchThreads.Current,
        };
        var weights = new SimdWeights(head, settings.Weights, new PackingSource(Read, settings.Path), null);
        return new SimdDecodeEngine(head.Layer, weights, settings, null);

        Tensor Read(string name) => name is TransformerShapes.Embedding ? embedding.alias()
            : name is TransformerShapes.Head ? target.ReadWeight(name) ?? embedding.alias() : read(name);

        Tensor Require(string name) => target.ReadWeight(name) ?? throw new LlmEfficiencyException(
            ErrorKind.Configuration, $"the engine '{target.Description}' shows no features, which a draft head reads: take another drafter");
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

    /// <summary>Gets how many features of the token before it a token brings: the width of a draft head, 0 for a model.</summary>
    internal int PriorWidth => _weights.Fusion is null ? 0 : Config.HiddenSize;

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
        if (_isTeamOwned)
        {
            Team.Dispose();
        }

        _weights.Dispose();
    }

    /// <summary>Prepares the passes of a session.</summary>
    internal SimdPass NewPass(SimdCache cache, SimdCompressor? compressor) => new(Config, _weights, cache, Team, compressor);
}
