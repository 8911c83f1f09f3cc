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
    private readonly bool _isTeamOwned;

    /// <summary>Packs a model's weights.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="read">Reads a tensor by its Hugging Face name; the engine keeps none of them.</param>
    /// <param name="settings">How to run; null takes the defaults.</param>
    /// <exception cref="LlmEfficiencyException">The sizes cannot make a model, or memory ran out.</exception>
    public SimdDecodeEngine(TransformerConfig config, Func<string, Tensor> read, SimdEngineSettings? settings = null)
        : this(config, settings ?? new SimdEngineSettings(), path => new PackingSource(name => SourceRows.Of(read(name)), path))
    {
    }

    private SimdDecodeEngine(TransformerConfig config, SimdEngineSettings settings, Func<SimdPath, IPartSource> source)
    {
        config.Validate();
        (Config, Settings) = (config, settings);
        Weights = new SimdWeights(config, settings.Weights, source(settings.Path));
        Team = new ThreadTeam(settings.Threads);
        _isTeamOwned = true;
    }

    /// <summary>Takes weights that are packed, which it disposes.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The weights.</param>
    /// <param name="settings">How to run.</param>
    /// <param name="team">The threads of another engine, which lives longer; null for new ones.</param>
    internal SimdDecodeEngine(TransformerConfig config, SimdWeights weights, SimdEngineSettings settings, ThreadTeam? team)
    {
        (Config, Weights, Settings) = (config, weights, settings);
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

    /// <summary>Packs weights.</summary>
    /// <param name="config">The model's sizes.</param>
    /// <param name="read">Finds a matrix or vector by its Hugging Face name; it is disposed when it is packed.</param>
    /// <param name="settings">How to run.</param>
    internal static SimdDecodeEngine Packing(TransformerConfig config, Func<string, SourceRows> read, SimdEngineSettings settings) =>
        new(config, settings, path => new PackingSource(read, path));

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
        $"simd {Settings.Path.ToString().ToLowerInvariant()} {WeightFormats.Name(Settings.Weights)}, cache {CacheFormats.Name(Settings.Cache)}, threads {Settings.Threads}";

    /// <inheritdoc/>
    public long WeightBytes => Weights.BytesPerPass;

    /// <inheritdoc/>
    public long CacheBytesPerToken => (long)Config.LayerCount * Config.KeyValueHeadCount * CacheFormats.BytesPerHead(Settings.Cache, Config.HeadDim);

    /// <summary>Gets how many features of the token before it a token brings: the width of a draft head, 0 for a model.</summary>
    internal int PriorWidth => Weights.Fusion is null ? 0 : Config.HiddenSize;

    /// <summary>Gets the weights.</summary>
    internal SimdWeights Weights { get; }

    /// <summary>Gets how it runs.</summary>
    internal SimdEngineSettings Settings { get; }

    /// <summary>Gets the threads; who runs a pass holds their lock.</summary>
    internal ThreadTeam Team { get; }

    /// <inheritdoc/>
    /// <exception cref="LlmEfficiencyException">The cache needs more memory than is free, or the retention settings do not suit the model.</exception>
    public IDecodeSession Open(int sequences, int capacity, RetentionSettings? retention = null)
    {
        if (retention is not null)
        {
            NativeLibraries.Require(); // policies judge by tensors
        }

        var shape = SessionShape.Of(Config, sequences, capacity, retention);
        OutOfMemory.Require(new MemoryEstimate(0, CacheBytesPerToken * sequences * shape.Slots / Config.LayerCount, 0), ComputeDevice.Cpu);
        return new SimdDecodeSession(this, SimdCache.Create(shape, Settings.Cache, Settings.Path), retention);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isTeamOwned)
        {
            Team.Dispose();
        }

        Weights.Dispose();
    }

    /// <summary>Prepares the passes of a session.</summary>
    internal SimdPass NewPass(SimdCache cache, SimdCompressor? compressor) => new(Config, Weights, cache, Team, compressor);
}
