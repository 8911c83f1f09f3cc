using System.Text.Json;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Training;

/// <summary>Writes and reads what a checkpoint holds: a model folder, the optimizer's means, where the run stands.</summary>
internal static class TrainingCheckpoint
{
    private const string ModelFolder = "model";
    private const string OptimizerName = "optimizer.safetensors";
    private const string StateFile = "state.json";

    /// <summary>Saves.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="model">The parameters.</param>
    /// <param name="state">Where the run stands.</param>
    /// <param name="tokenizerFolder">The folder whose tokenizer goes with the model.</param>
    public static void Save(CheckpointStore store, TrainingModel model, TrainerState state, string tokenizerFolder) =>
        store.Save(state.Step, writer =>
        {
            writer.WriteFolder(ModelFolder, folder => WriteModel(folder, model, tokenizerFolder));
            writer.WriteFolder("optimizer", folder => OptimizerFile.Write(Path.Join(folder, OptimizerName), model.State));
            writer.Write(StateFile, file => JsonSerializer.Serialize(file, state, TrainingJson.Default.TrainerState));
        });

    /// <summary>Loads.</summary>
    /// <returns>Where the run stands.</returns>
    public static TrainerState Load(Checkpoint checkpoint, TrainingModel model)
    {
        using (var weights = new CanonicalWeights(CheckpointFolder.OpenWeights(checkpoint.PathOf(ModelFolder)), model.Config))
        {
            model.Load(weights);
        }

        OptimizerFile.Read(Path.Join(checkpoint.PathOf("optimizer"), OptimizerName), model.State);
        var path = checkpoint.PathOf(StateFile);
        using var document = StrictJson.Parse(path, File.ReadAllBytes(path));
        return document.Deserialize(TrainingJson.Default.TrainerState)!;
    }

    /// <summary>Writes the model in Hugging Face's layout.</summary>
    public static void WriteModel(string folder, TrainingModel model, string tokenizerFolder)
    {
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

    private static void Clear(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
