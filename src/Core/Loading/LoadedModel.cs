using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Simd;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Loading;

/// <summary>A model in memory with all that is needed to talk to it.</summary>
/// <param name="Name">What the user called it.</param>
/// <param name="Device">Where it runs.</param>
/// <param name="Engine">Runs it.</param>
/// <param name="Tokenizer">Its tokenizer.</param>
/// <param name="Template">Its chat template, if it has one.</param>
/// <param name="Defaults">How its makers generate with it.</param>
public sealed record LoadedModel(
    string Name, ComputeDevice Device, IDecodeEngine Engine, ITokenizer Tokenizer, ChatTemplate? Template, GenerationDefaults Defaults)
    : IDisposable
{
    /// <summary>What stands before a preset's name to name the model that <see cref="Random"/> makes.</summary>
    public const string RandomPrefix = "random:";

    /// <summary>Makes a model with random weights; its text is noise.</summary>
    /// <param name="preset">A key of <see cref="Models.ModelPresets.All"/>.</param>
    /// <param name="settings">Device and element type.</param>
    public static LoadedModel Random(string preset, LoadSettings settings)
    {
        var model = RandomModel.Create(RandomModel.Config(preset), seed: 0, settings.Device, settings.ElementType);
        return new LoadedModel(
            RandomPrefix + preset, settings.Device, MakeEngine(model, settings), RandomModel.Vocabulary.ToTokenizer(), null, new GenerationDefaults());
    }

    /// <summary>Opens and loads a model.</summary>
    /// <param name="location">Where it lies.</param>
    /// <param name="settings">Device and element type.</param>
    /// <param name="progress">Told of each tensor that is loaded.</param>
    /// <exception cref="Errors.LlmEfficiencyException">
    /// A part is missing, malformed or does not fit; or memory ran out.
    /// </exception>
    public static LoadedModel Load(
        ModelLocation location, LoadSettings settings, IProgress<LoadProgress>? progress = null)
    {
        using var stored = StoredModel.Open(location);
        var (tokenizer, template) = (stored.ReadTokenizer(), stored.ReadTemplate()); // a fault of theirs shows before the long load
        IDecodeEngine engine = settings.Simd is { } simd ? stored.Pack(simd, progress) : new TorchDecodeEngine(stored.Load(settings, progress), settings.Torch);
        return new LoadedModel(location.Name, settings.Device, engine, tokenizer, template, stored.Defaults);
    }

    /// <summary>Returns the chat template.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">The model has none.</exception>
    public ChatTemplate RequireTemplate() => Template ?? throw new Errors.LlmEfficiencyException(
        Errors.ErrorKind.Input, $"{Name}: has no chat template, so it was not trained to chat: use 'generate', or an instruct model");

    /// <inheritdoc/>
    public void Dispose() => Engine.Dispose();

    private static IDecodeEngine MakeEngine(Transformer model, LoadSettings settings)
    {
        if (settings.Simd is not { } simd)
        {
            return new TorchDecodeEngine(model, settings.Torch);
        }

        using (model)
        {
            return SimdDecodeEngine.Of(model, simd);
        }
    }
}
