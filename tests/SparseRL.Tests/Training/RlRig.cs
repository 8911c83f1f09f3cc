using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Training;
using LlmEfficiency.SparseRL.Prompts;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;
using LlmEfficiency.Testing;
using static TorchSharp.torch;

namespace LlmEfficiency.SparseRL.Tests.Training;

/// <summary>A tiny policy that knows nothing, in a folder, and settings that train it in a moment.</summary>
internal sealed class RlRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RlRig()
    {
        var tokenizer = TokenizerLoader.Load(TokenizerFolder);
        var config = TinyModels.Llama with
        {
            VocabularySize = tokenizer.Vocabulary.Size,
            HiddenSize = 16,
            InnerSize = 24,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            HeadDim = 4,
            LayerCount = 2,
            ContextLength = 128,
            BeginOfSequence = null,
            EndOfSequence = [tokenizer.Vocabulary.EndOfSequence!.Value],
        };
        using var model = new TrainingModel(config, ComputeDevice.Cpu, ScalarType.Float32);
        model.Initialise(3);
        Directory.CreateDirectory(Policy);
        TrainingCheckpoint.WriteModel(Policy, model, TokenizerFolder);
        Settings = new RlSettings
        {
            Model = new ModelSettings { From = Policy },
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
            // A policy that knows nothing earns nothing: what it is paid for here is to be short.
            Rewards = [new() { Kind = "length", FullTokens = 0, NoneTokens = 16 }],
            Evaluation = new RlEvaluationSettings { Every = 2, Prompts = 4 },
            Checkpoints = new CheckpointSettings { Every = 2, Keep = 10 },
        };
    }

    public static string TokenizerFolder => Path.Join(Repository.Root, "models", "llmeff-walk");

    public RlSettings Settings { get; set; }

    public string Policy => _folder.File("policy");

    public static RlHost Host(int threads) => new(ComputeDevice.Cpu, threads, TimeProvider.System);

    public string Folder(string run) => _folder.File(run);

    public RlOutcome Start(string run, long? stopAt = null, int threads = 1)
    {
        using var started = RlRun.Start(Settings, Folder(run), Host(threads));
        return started.Execute(() => started.State.Iteration == stopAt ? StopReason.Terminate : null);
    }

    public RlOutcome Resume(string run, long? stopAt = null, int threads = 1, RlSettings? settings = null)
    {
        using var resumed = RlRun.Resume(Folder(run), settings, Host(threads), _ => { });
        return resumed.Execute(() => resumed.State.Iteration == stopAt ? StopReason.Terminate : null);
    }

    public byte[] Bytes(string run, string file) => File.ReadAllBytes(Path.Join(Folder(run), file));

    public IReadOnlyList<MetricRow> Rows(string run) => MetricLog.Read(Path.Join(Folder(run), "metrics.jsonl"));

    public IReadOnlyList<double> Metric(string run, string name) =>
        [.. Rows(run).Where(row => row.Values.ContainsKey(name)).Select(row => row.Values[name])];

    public void Dispose() => _folder.Dispose();
}
