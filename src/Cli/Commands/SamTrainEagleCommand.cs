using System.CommandLine;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Training;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Trains draft heads.</summary>
internal static class SamTrainEagleCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        var command = new DocumentedCommand(
            "train-eagle", "Train a draft head (EAGLE) for a model, model.from, which stays as it is. Ctrl-C saves a checkpoint.")
        {
            Examples =
            [
                "llmeff recipes cp eagle-tiny",
                "llmeff sam train-eagle --config eagle-tiny.json --out head",
                "llmeff sam train-eagle --config eagle-tiny.json --out head2 model.from=./model training.steps=2000",
                "llmeff sam train-eagle --resume head",
                "llmeff generate \"Once upon a time\" --speculate eagle2 --head head/model --stats",
            ],
        };
        return RunCommand.Create(
            command,
            TrainingJson.Default.RunSettings,
            TrainCommand.ReadSaved,
            request => TrainCommand.Run(request with { Settings = request.Settings with { Head = request.Settings.Head ?? new DraftHeadSettings() } }));
    }
}
