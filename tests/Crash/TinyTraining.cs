using System.Text;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Settings;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Crash;

/// <summary>A training run of a few thousand parameters that takes milliseconds a step and does all that a large one does.</summary>
public static class TinyTraining
{
    private static readonly string[] Words = ["the", "old", "fox", "sees", "a", "red", "boat", "and", "runs", "home", "over", "water"];

    /// <summary>Writes a tokenizer and texts.</summary>
    /// <param name="folder">The folder; it is made.</param>
    /// <returns>Settings of a run on them, with evaluations and checkpoints between the steps.</returns>
    public static RunSettings Prepare(string folder)
    {
        Directory.CreateDirectory(folder);
        TokenizerJsonWriter.Write(folder, ByteTokenizer.Create("<|end|>"));
        AtomicFile.WriteText(Path.Join(folder, "texts.txt"), Texts());
        return new RunSettings
        {
            Model = new ModelSettings
            {
                Tokenizer = folder,
                HiddenSize = 16,
                InnerSize = 24,
                Layers = 2,
                Heads = 2,
                KeyValueHeads = 1,
                ContextLength = 32,
            },
            Data = new DataSettings
            {
                Sources = [new SourceSettings { Kind = "text", Paths = [Path.Join(folder, "texts.txt")], Separator = "\n" }],
                SequenceLength = 32,
                ValidationFraction = 0.2,
                Seed = 5,
            },
            Training = new OptimizationSettings
            {
                Steps = 40,
                TokensPerStep = 160,
                VirtualShards = 5,
                LearningRate = 3e-3,
                WarmupSteps = 4,
            },
            Evaluation = new EvaluationSettings { Every = 10, Documents = 10 },
            Checkpoints = new CheckpointSettings { Every = 5 },
            Logging = new LoggingSettings { Every = 3 },
        };
    }

    /// <summary>Returns a host on this processor.</summary>
    /// <param name="threads">How many threads compute gradients.</param>
    public static TrainingHost Host(int threads) => new(ComputeDevice.Cpu, threads, TaskDocuments.Open, TimeProvider.System);

    /// <summary>Writes settings to a file.</summary>
    public static void Write(string path, RunSettings settings) =>
        AtomicFile.WriteText(path, SettingsText.ToElement(settings, TrainingJson.Default.RunSettings).GetRawText());

    private static string Texts()
    {
        var random = new Random(1);
        var text = new StringBuilder();
        for (var line = 0; line < 80; line++)
        {
            text.AppendJoin(' ', Enumerable.Range(0, random.Next(2, 8)).Select(_ => Words[random.Next(Words.Length)])).Append('\n');
        }

        return text.ToString();
    }
}
