using System.CommandLine;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Simd;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Writes a model of any form as a folder: Hugging Face's, or with weights packed for the engine of kernels.</summary>
internal static class ModelConvertCommand
{
    /// <summary>Builds the command.</summary>
    public static DocumentedCommand Create()
    {
        var (model, folder, type) = (ModelCommand.ModelArgument(), ModelCommand.FolderArgument(), ModelCommand.ElementTypeOption());
        var weights = new Option<string?>("--weights")
        {
            Description = $"Pack the weights for the simd engine, which then maps them as they are: {string.Join(", ", WeightFormats.Names)}; not with --dtype",
            HelpName = "FORMAT",
        };
        var shard = new Option<long>("--max-shard-mb")
        {
            Description = "Split the weights from this size on, in 10^6 bytes",
            DefaultValueFactory = _ => 5000,
            HelpName = "N",
        };
        var command = new DocumentedCommand("convert", "Write a model of any form as a Hugging Face folder, or packed for the simd engine.")
        {
            Examples = ["llmeff model convert model.gguf ./model --dtype bf16", "llmeff model convert ./model ./model-int8 --weights int8"],
        };
        command.Add(model);
        command.Add(folder);
        command.Add(type);
        command.Add(weights);
        command.Add(shard);
        command.SetAction(Run);
        return command;

        void Run(ParseResult parsed)
        {
            var target = parsed.GetRequiredValue(folder).FullName;
            var shardBytes = ModelCommand.ShardBytes(parsed.GetRequiredValue(shard));
            var format = parsed.GetValue(weights) is { } name ? WeightFormats.Parse(name) : (WeightFormat?)null;
            var elementType = ElementTypes.Parse(parsed.GetRequiredValue(type), ComputeDevice.Cpu);
            RefuseUseless(parsed, format, type, shard);
            using var stored = StoredModel.Open(ModelLocation.Find(parsed.GetRequiredValue(model)));
            var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
            var progress = new LineProgress<LoadProgress>(step => line.Show("converting", step.DoneBytes, step.TotalBytes));
            if (format is { } packed)
            {
                ModelPacking.Write(stored, target, packed, progress);
            }
            else
            {
                ModelConversion.Convert(stored, target, elementType, shardBytes, progress);
            }

            line.Clear();
            var form = format is null ? ElementTypes.Name(elementType) : $"packed {WeightFormats.Name(format.Value)}";
            parsed.InvocationConfiguration.Output.WriteLine($"{target}: {stored.Config.ParameterCount} parameters in {form}");
        }
    }

    private static void RefuseUseless(ParseResult parsed, WeightFormat? format, params Option[] options)
    {
        if (format is not null && Array.Find(options, option => parsed.GetResult(option) is { Implicit: false }) is { } useless)
        {
            throw new LlmEfficiencyException(ErrorKind.Usage, $"{useless.Name} is of no use to --weights, which packs into one file: leave one of them out");
        }
    }
}
