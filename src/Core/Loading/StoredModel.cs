using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Loading;

/// <summary>A model on disk, opened: sizes and names are known, no weight is in memory yet.</summary>
public abstract class StoredModel : IDisposable
{
    /// <summary>Gets where the model lies.</summary>
    public required ModelLocation Location { get; init; }

    /// <summary>Gets the sizes.</summary>
    public required TransformerConfig Config { get; init; }

    /// <summary>Gets how the model's makers generate with it.</summary>
    public required GenerationDefaults Defaults { get; init; }

    /// <summary>Gets the stored tensors under their canonical names.</summary>
    public required CanonicalWeights Weights { get; init; }

    /// <summary>Gets the format in which the weights are stored packed for the engine of kernels; null where they are not.</summary>
    public WeightFormat? StoredFormat { get; init; }

    /// <summary>Opens a model.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">A part is missing or malformed.</exception>
    public static StoredModel Open(ModelLocation location) => location.Form switch
    {
        ModelForm.Gguf => GgufModel.Open(location),
        ModelForm.Llama2c => Llama2cModel.Open(location),
        _ => FolderModel.Open(location),
    };

    /// <summary>Reads the tokenizer.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">There is none, or it is malformed.</exception>
    public abstract ITokenizer ReadTokenizer();

    /// <summary>Reads the chat template; null if the model has none.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">The template is malformed.</exception>
    public abstract ChatTemplate? ReadTemplate();

    /// <summary>Writes the tokenizer's files into a folder in Hugging Face's form.</summary>
    /// <param name="folder">An existing folder.</param>
    public abstract void WriteTokenizer(string folder);

    /// <summary>Loads the weights into a model.</summary>
    /// <param name="settings">Device and element type.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The weights do not fit the sizes, or memory ran out.</exception>
    public Transformer Load(LoadSettings settings, IProgress<LoadProgress>? progress = null)
    {
        WeightLoader.Check(Weights, Config);
        return OutOfMemory.Guard(() => Fill(settings, progress), settings.Device, () => Estimate(settings.ElementType));
    }

    /// <summary>Packs the weights for the engine of kernels, or maps what is stored packed.</summary>
    /// <param name="settings">How the engine runs.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <exception cref="Errors.LlmEfficiencyException">The weights do not fit the sizes, or memory ran out.</exception>
    public SimdDecodeEngine Pack(SimdEngineSettings settings, IProgress<LoadProgress>? progress = null)
    {
        if (StoredFormat is { } stored && (settings.TakesStored || settings.Weights == stored))
        {
            return Map(settings with { Weights = stored });
        }

        WeightLoader.Check(Weights, Config);
        var estimate = new MemoryEstimate(SimdDecodeEngine.EstimateBytes(Config, settings), 0, 0);
        OutOfMemory.Require(estimate, ComputeDevice.Cpu);
        return OutOfMemory.Guard(() => SimdDecodeEngine.Packing(Config, PackingReader.Of(this, progress), settings), ComputeDevice.Cpu, () => estimate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes weights that are stored packed as they are.</summary>
    /// <param name="settings">How the engine runs.</param>
    protected virtual SimdDecodeEngine Map(SimdEngineSettings settings) => throw new InvalidOperationException($"{Location.Name} is not stored packed");

    private Transformer Fill(LoadSettings settings, IProgress<LoadProgress>? progress)
    {
        var model = new Transformer(Config, settings.Device, settings.ElementType);
        try
        {
            WeightLoader.Load(Weights, model.state_dict(), Config, progress);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private MemoryEstimate Estimate(ScalarType type) =>
        new(Config.ParameterCount * (type == ScalarType.Float32 ? 4 : 2), 0, 0);
}
