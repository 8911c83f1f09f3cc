using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;
using LlmEfficiency.Testing;
using static TorchSharp.torch;

namespace LlmEfficiency.Crash;

/// <summary>Reinforcement learning of a policy of a few thousand parameters that knows nothing, in milliseconds an iteration.</summary>
public static class TinyRl
{
    /// <summary>Gets the folder of the policy's tokenizer.</summary>
    public static string TokenizerFolder => Path.Join(Repository.Root, "models", "llmeff-walk");

    /// <summary>Writes a policy.</summary>
    /// <param name="folder">The folder; it is made.</param>
    /// <returns>Settings of a run that begins with it, with evaluations and checkpoints between the iterations.</returns>
    public static RlSettings Prepare(string folder)
    {
        var tokenizer = TokenizerLoader.Load(TokenizerFolder);
        using var model = new TrainingModel(Sizes(tokenizer.Vocabulary), ComputeDevice.Cpu, ScalarType.Float32);
        model.Initialise(3);
        Directory.CreateDirectory(folder);
        TrainingCheckpoint.WriteModel(folder, model, TokenizerFolder);
        return new RlSettings
        {
            Model = new ModelSettings { From = folder },
            Preset = "paper",
            Prompts = new PromptSettings { Task = "permutation-walk:k=5:m=2", Count = 40 },
            Rollout = new RolloutSettings
            {
                N = 4,
                MaxResponseLength = 16,
                Batch = 6,
                Cache = new CacheSettings { Policy = "streaming-llm", Budget = 10, Interval = 3 },
            },
            Training = new PolicyTrainingSettings
            {
                Iterations = 4,
                PromptsPerIteration = 4,
                UpdatesPerIteration = 2,
                TokensPerShard = 96,
                LearningRate = 1e-2,
            },
            // It earns nothing by answering: what it is paid for is to be short.
            Rewards = [new() { Kind = "length", FullTokens = 0, NoneTokens = 16 }],
            Evaluation = new RlEvaluationSettings { Every = 2, Prompts = 4 },
            Checkpoints = new CheckpointSettings { Every = 2, Keep = 10 },
        };
    }

    /// <summary>Returns a host on this processor.</summary>
    /// <param name="threads">How many threads draw and compute gradients.</param>
    public static RlHost Host(int threads) => new(ComputeDevice.Cpu, threads, TimeProvider.System);

    /// <summary>Writes settings to a file.</summary>
    public static void Write(string path, RlSettings settings) =>
        AtomicFile.WriteText(path, SettingsText.ToElement(settings, RlJson.Default.RlSettings).GetRawText());

    private static TransformerConfig Sizes(Vocabulary vocabulary) => TinyModels.Llama with
    {
        VocabularySize = vocabulary.Size,
        HiddenSize = 16,
        InnerSize = 24,
        HeadDim = 4,
        BeginOfSequence = null,
        EndOfSequence = [vocabulary.EndOfSequence!.Value],
    };
}
