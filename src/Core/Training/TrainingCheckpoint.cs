using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>Writes and reads what a checkpoint holds: a model folder, the optimizer's means, where the run stands.</summary>
public static class TrainingCheckpoint
{
    private const string ModelFolder = "model";
    private const string OptimizerName = "optimizer.safetensors";
    private const string StateFile = "state.json";

    /// <summary>Saves.</summary>
    /// <typeparam name="TState">What says where the run stands.</typeparam>
    /// <param name="store">Where to.</param>
    /// <param name="step">The steps made.</param>
    /// <param name="model">The parameters.</param>
    /// <param name="tokenizerFolder">The folder whose tokenizer goes with the model.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="type">How that is written.</param>
    /// <exception cref="LlmEfficiencyException">The disk is full or fails; earlier checkpoints are untouched.</exception>
    public static void Save<TState>(
        CheckpointStore store, long step, TrainingModel model, string tokenizerFolder, TState state, JsonTypeInfo<TState> type) =>
        store.Save(step, writer =>
        {
            writer.WriteFolder(ModelFolder, folder => WriteModel(folder, model, tokenizerFolder));
            writer.WriteFolder("optimizer", folder => OptimizerFile.Write(Path.Join(folder, OptimizerName), model.State));
            writer.Write(StateFile, file => JsonSerializer.Serialize(file, state, type));
        });

    /// <summary>Loads.</summary>
    /// <typeparam name="TState">What says where the run stands.</typeparam>
    /// <param name="checkpoint">What <see cref="Save"/> made.</param>
    /// <param name="model">Receives parameters and optimizer.</param>
    /// <param name="type">How the state is written.</param>
    /// <returns>Where the run stands.</returns>
    /// <exception cref="LlmEfficiencyException">A part cannot be read or does not fit the model.</exception>
    public static TState Load<TState>(Checkpoint checkpoint, TrainingModel model, JsonTypeInfo<TState> type)
    {
        using (var weights = OpenWeights(checkpoint.PathOf(ModelFolder), model))
        {
            model.Load(weights);
        }

        OptimizerFile.Read(Path.Join(checkpoint.PathOf("optimizer"), OptimizerName), model.State);
        var path = checkpoint.PathOf(StateFile);
        using var document = StrictJson.Parse(path, File.ReadAllBytes(path));
        return document.Deserialize(type)!;
    }

    /// <summary>Writes the model in Hugging Face's layout; a draft head in that of published ones.</summary>
    public static void WriteModel(string folder, TrainingModel model, string tokenizerFolder)
    {
        if (model.Head is { } head)
        {
            head.Write(folder, model);
            return;
        }

        using var scope = NewDisposeScope();
        TokenizerFolder.Copy(tokenizerFolder, folder);
        var config = new HuggingFaceConfig { Transformer = model.Config, ElementType = ScalarType.Float32 };
        CheckpointFolder.Write(folder, config, model.Tensors(), CheckpointFolder.ReadGenerationDefaults(tokenizerFolder));
    }

    /// <summary>Writes the trained model into the run's folder <c>model</c>, whole or not at all.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="LlmEfficiencyException">The disk is full or cannot be written.</exception>
    public static string Export(RunFolder run, TrainingModel model, string tokenizerFolder)
    {
        var target = Path.Combine(run.FullPath, ModelFolder);
        var part = $"{target}.part";
        try
        {
            Clear(part);
            Directory.CreateDirectory(part);
            WriteModel(part, model, tokenizerFolder);
            Clear(target);
            Directory.Move(part, target);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{target}: the trained model cannot be written: {problem.Message}", problem);
        }

        return target;
    }

    private static IWeightSource OpenWeights(string folder, TrainingModel model) => model.Head is null
        ? new CanonicalWeights(CheckpointFolder.OpenWeights(folder), model.Config)
        : DraftHeadFolder.Open(folder).Weights;

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
