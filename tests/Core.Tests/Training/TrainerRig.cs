using LlmEfficiency.Core.Backpropagation;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Tests.Data;
using LlmEfficiency.Core.Training;
using LlmEfficiency.Testing;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Training;

/// <summary>A tiny model with its trainer and texts, without a folder.</summary>
internal sealed class TrainerRig : IDisposable
{
    public const int Vocabulary = 257;

    public static readonly string[] Texts =
    [
        "one fox runs", "two boats", "a cat sees the red hen", "three", "old men walk home", "water", "five dogs and a bird",
        "so it goes on",
    ];

    public TrainerRig(
        OptimizationSettings settings, int threads = 1, TransformerConfig? config = null, string[]? texts = null)
    {
        Settings = settings;
        Model = new TrainingModel(
            config ?? Config, ComputeDevice.Cpu, settings.Precision == "bf16" ? ScalarType.BFloat16 : ScalarType.Float32);
        Model.Initialise(settings.Seed);
        Stream = new SampleStream([(Stores.OfTexts(settings.TokensPerShard, texts ?? Texts), 1)], seed: 3);
        Trainer = new Trainer(Model, Stream, settings, threads);
    }

    public static TransformerConfig Config { get; } = TinyModels.Llama with { VocabularySize = Vocabulary, HiddenSize = 16, InnerSize = 24 };

    public static OptimizationSettings Quick { get; } =
        new() { Steps = 10, TokensPerStep = 160, VirtualShards = 5, LearningRate = 3e-3, WarmupSteps = 2 };

    public OptimizationSettings Settings { get; }

    public TrainingModel Model { get; }

    public SampleStream Stream { get; }

    public Trainer Trainer { get; }

    public Span<float> Weights => Model.State.Weights.Slice(0, Model.State.Layout.Length);

    /// <summary>Makes steps.</summary>
    public List<StepReport> Run(int steps) => [.. Enumerable.Range(0, steps).Select(_ => Trainer.Step())];

    /// <summary>Returns parameters and both means.</summary>
    public float[][] Snapshot()
    {
        ParameterState state = Model.State;
        return [.. new[] { state.Weights, state.First, state.Second }.Select(buffer => buffer.Slice(0, buffer.Count).ToArray())];
    }

    /// <summary>Puts a value into a parameter's first element.</summary>
    /// <returns>What was there.</returns>
    public float Poke(string name, float value)
    {
        ParameterPlace place = Model.State.Layout[name];
        var before = Weights[(int)place.Offset];
        Weights[(int)place.Offset] = value;
        Model.Refresh();
        return before;
    }

    public void Dispose()
    {
        Trainer.Dispose();
        Model.Dispose();
    }
}
