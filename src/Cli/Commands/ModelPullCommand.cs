using System.CommandLine;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Hub;

namespace LlmEfficiency.Cli.Commands;

/// <summary>Fetches a model into the Hugging Face cache.</summary>
internal static class ModelPullCommand
{
    /// <summary>Builds the command.</summary>
    public static DocumentedCommand Create()
    {
        var name = new Argument<string>("name") { Description = "org/name[@revision]" };
        var include = new Option<string[]>("--include")
        {
            Description = "Fetch the files of this pattern instead of those the model needs; may be given often",
            HelpName = "GLOB",
        };
        var offline = new Option<bool>("--offline") { Description = "Only look into the cache" };
        var command = new DocumentedCommand(
            "pull", "Fetch a model into the Hugging Face cache (HF_ENDPOINT, HF_TOKEN, HF_HOME); goes on where it was cut.")
        {
            Examples =
            [
                "llmeff model pull Qwen/Qwen2.5-0.5B-Instruct",
                "llmeff model pull org/some-model-GGUF --include '*Q8_0.gguf'",
            ],
        };
        command.Add(name);
        command.Add(include);
        command.Add(offline);
        command.SetAction(async (parsed, cancellation) =>
        {
            var environment = HubSettings.FromEnvironment();
            using var client = new HubClient(
                environment with { IsOffline = environment.IsOffline || parsed.GetValue(offline) });
            var line = ProgressLine.For(parsed.InvocationConfiguration.Error);
            var folder = await client.Pull(
                HubModelId.Parse(parsed.GetRequiredValue(name)),
                parsed.GetValue(include) ?? [],
                new LineProgress<PullProgress>(step =>
                    line.Show($"{step.File} ({step.FileNumber} of {step.FileCount})", step.Bytes, step.Size)),
                cancellation).ConfigureAwait(false);
            line.Clear();
            await parsed.InvocationConfiguration.Output.WriteLineAsync(folder.AsMemory(), cancellation).ConfigureAwait(false);
        });
        return command;
    }
}
