using System.Globalization;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Plans;
using LlmEfficiency.P2Law.Pruning;
using LlmEfficiency.Testing;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Tests;

/// <summary>Tiny models in folders, a text to calibrate with, and their logits.</summary>
internal sealed class StoredTiny : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StoredTiny() => File.WriteAllText(Text, string.Join(' ', Enumerable.Range(0, 300).Select(
        number => (number * number * 7919 % 1009).ToString(CultureInfo.InvariantCulture))));

    /// <summary>A Llama with grouped queries (three query heads a key/value head), four layers, its head tied, bytes for tokens.</summary>
    public static TransformerConfig Llama { get; } = TinyModels.Llama with
    {
        VocabularySize = 264,
        HiddenSize = 32,
        InnerSize = 48,
        LayerCount = 4,
        HeadCount = 6,
        KeyValueHeadCount = 2,
        HeadDim = 8,
    };

    /// <summary>One of each family that can be read, and one with every bias.</summary>
    public static IReadOnlyDictionary<string, TransformerConfig> Families { get; } = new Dictionary<string, TransformerConfig>
    {
        ["llama"] = Llama,
        ["llama-biases"] = Llama with { HasQueryKeyValueBias = true, HasOutputBias = true, HasFeedForwardBias = true },
        ["llama-own-keys"] = Llama with { KeyValueHeadCount = 6 },
        ["llama3-rope"] = Llama with { RopeScaling = new RopeScaling.Llama3(8, 1, 4, 64) },
        ["mistral"] = Llama with { SlidingWindow = 6, TiesEmbeddings = false, ModelType = "mistral" },
        ["qwen2"] = Llama with { HasQueryKeyValueBias = true, TiesEmbeddings = false, RopeTheta = 1e6, ModelType = "qwen2" },
    };

    public string Text => _folder.File("text.txt");

    public CalibrationSettings Calibration => new() { Data = [Text], Samples = 6, Length = 16, Batch = 4 };

    public string Path(string name) => _folder.File(name);

    /// <summary>Writes a model whose weights, biases and norms are random.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="change">Changes the weights first.</param>
    /// <param name="type">The element type that is written.</param>
    public string Write(TransformerConfig config, Action<IReadOnlyDictionary<string, Tensor>>? change = null, ScalarType type = ScalarType.Float32)
    {
        var folder = Directory.CreateDirectory(_folder.File($"model-{Guid.NewGuid():N}")).FullName;
        using var model = TinyModels.Build(config, seed: 3, type);
        using (no_grad())
        {
            change?.Invoke(model.state_dict());
        }

        CheckpointFolder.Write(
            folder, new HuggingFaceConfig { Transformer = config, ElementType = type }, model.state_dict(), new GenerationDefaults { TopK = 7 });
        TokenizerJsonWriter.Write(folder, ByteTokenizer.Vocabulary("<|endoftext|>").ToTokenizer());
        return folder;
    }

    /// <summary>Writes what a plan makes.</summary>
    public string Write(StructuredPlan plan) => Write(plan.Config, weights =>
    {
        foreach (var (name, weight) in weights)
        {
            using var made = plan.Make(name);
            weight.copy_(made);
        }
    });

    /// <summary>Prunes a model into a new folder.</summary>
    public (PruningReport Report, string Folder) Prune(string model, PruningSettings settings, PruningHost? host = null)
    {
        var target = _folder.File($"pruned-{Guid.NewGuid():N}");
        return (PruningRun.Run(settings with { Calibration = settings.Calibration.Data.Count > 0 ? settings.Calibration : Calibration }, model, target, host), target);
    }

    /// <summary>Opens a model for a pruner.</summary>
    public static StoredModel Open(string folder) => StoredModel.Open(ModelLocation.Find(folder));

    /// <summary>Computes the logits of a stored model on fixed tokens, <c>[2, 12, vocab]</c>.</summary>
    public static float[] Logits(string folder)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var stored = Open(folder);
        using var model = stored.Load(new LoadSettings(ComputeDevice.Cpu, ScalarType.Float32));
        return model.call(new ForwardRequest(Tokens())).data<float>().ToArray();
    }

    /// <summary>Computes the logits of a stored model on fixed tokens in fp64 and plain loops, <c>[12, vocab]</c>.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="layers">Which of its layers it goes through, in this order; null is all.</param>
    public static double[] PlainLogits(string folder, IReadOnlyList<int>? layers = null)
    {
        using var stored = Open(folder);
        layers ??= [.. Enumerable.Range(0, stored.Config.LayerCount)];
        var weights = new Dictionary<string, double[]>();
        foreach (var name in stored.Weights.Entries.Keys)
        {
            using var scope = NewDisposeScope();
            var parts = name.Split('.', 4);
            var place = parts[1] == "layers" ? layers.ToList().IndexOf(int.Parse(parts[2], CultureInfo.InvariantCulture)) : 0;
            if (place >= 0)
            {
                weights[parts[1] == "layers" ? $"model.layers.{place}.{parts[3]}" : name] =
                    stored.Weights.Read(name).to(ScalarType.Float64).data<double>().ToArray();
            }
        }

        var model = new PlainTransformer(stored.Config with { LayerCount = layers.Count }, weights);
        return [.. model.Logits([.. Enumerable.Range(0, 12).Select(place => place * 37 % 251)]).SelectMany(row => row)];
    }

    /// <summary>Returns fixed tokens, <c>[2, 12]</c>.</summary>
    public static Tensor Tokens() => arange(24).mul(37).remainder(251).view(2, 12);

    /// <summary>Returns the largest difference of two rows of numbers.</summary>
    public static double Difference(IReadOnlyList<float> left, IReadOnlyList<float> right) =>
        left.Zip(right, (a, b) => Math.Abs((double)a - b)).Max();

    /// <summary>Returns the largest difference of two rows of numbers, as a part of the largest of them.</summary>
    public static double Difference(IReadOnlyList<double> left, IReadOnlyList<double> right) =>
        left.Zip(right, (a, b) => Math.Abs(a - b)).Max() / left.Max(Math.Abs);

    public void Dispose() => _folder.Dispose();
}
