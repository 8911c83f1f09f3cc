using System.CommandLine;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Looks at models on disk, checks, converts, makes and fetches them.</summary>
internal static class ModelCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create() =>
        new("model", "Look at models, check, convert, make and fetch them.") { Info(), ModelVerifyCommand.Create(), ModelConvertCommand.Create(), Init(), ModelPullCommand.Create() };

    private static DocumentedCommand Info()
    {
        var (model, json) = (ModelArgument(), JsonOption.Create());
        var command = new DocumentedCommand("info", "Tell what a model is, without loading its weights.")
        {
            Examples = ["llmeff model info ./model", "llmeff model info model.gguf --json"],
        };
        command.Add(model);
        command.Add(json);
        command.SetAction(parsed =>
        {
            using var stored = StoredModel.Open(ModelLocation.Find(parsed.GetRequiredValue(model)));
            var summary = ModelSummary.Of(stored);
            if (parsed.GetValue(json))
            {
                parsed.InvocationConfiguration.Output.WriteLine(summary.ToJson());
            }
            else
            {
                ModelSummaryText.Write(parsed.InvocationConfiguration.Output, summary);
            }
        });
        return command;
    }

    internal static long ShardBytes(long megabytes) => megabytes is >= 1 and <= 1_000_000_000
        ? megabytes * 1_000_000
        : throw new LlmEfficiencyException(ErrorKind.Configuration, $"--max-shard-mb is {megabytes}: allowed is 1 to 1000000000");

    private static DocumentedCommand Init()
    {
        var preset = new Argument<string>("preset") { Description = string.Join(", ", ModelPresets.All.Keys) };
        preset.AcceptOnlyFromAmong([.. ModelPresets.All.Keys]);
        preset.HelpName = "PRESET";
        var (folder, type) = (FolderArgument(), ElementTypeOption());
        var seed = new Option<ulong>("--seed") { Description = "The source of the weights", HelpName = "N" };
        var command = new DocumentedCommand("init", "Write a model with random weights, for benchmarks and training.")
        {
            Examples = ["llmeff model init llama-15m ./random --seed 1"],
        };
        command.Add(preset);
        command.Add(folder);
        command.Add(type);
        command.Add(seed);
        command.SetAction(parsed =>
        {
            var target = parsed.GetRequiredValue(folder).FullName;
            var name = parsed.GetRequiredValue(preset);
            ModelConversion.WriteRandom(
                name, target, parsed.GetValue(seed), ElementTypes.Parse(parsed.GetRequiredValue(type), ComputeDevice.Cpu));
            parsed.InvocationConfiguration.Output.WriteLine($"{target}: {name}, {RandomModel.Config(name).ParameterCount} parameters");
        });
        return command;
    }

    internal static Argument<string> ModelArgument() =>
        new("model") { Description = "A folder, a .gguf or llama2.c .bin file, or org/name in the Hugging Face cache" };

    internal static Argument<DirectoryInfo> FolderArgument() => new("dir") { Description = "The new folder" };

    internal static Option<string> ElementTypeOption() =>
        new("--dtype") { Description = "fp32, bf16 or fp16", DefaultValueFactory = _ => "fp32", HelpName = "TYPE" };
}
