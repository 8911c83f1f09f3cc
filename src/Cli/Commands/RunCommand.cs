using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LlmEfficiency.Cli.Options;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Cli.Commands;

/// <summary>The frame of every command that reads settings and leaves a run folder.</summary>
internal static class RunCommand
{
    /// <summary>Builds a command.</summary>
    /// <typeparam name="T">Its settings.</typeparam>
    /// <param name="command">Its name, description and examples.</param>
    /// <param name="type">How its settings are read and written.</param>
    /// <param name="readSaved">Reads the settings of a run folder that is gone on with.</param>
    /// <param name="run">Does the work and returns the exit code.</param>
    public static Command Create<T>(
        DocumentedCommand command, JsonTypeInfo<T> type, Func<string, JsonElement> readSaved, Func<RunRequest<T>, int> run)
        where T : class
    {
        var settings = new SettingsOptions<T>(type);
        var folder = new Option<string?>("--out", "-o") { Description = "The new run's folder", HelpName = "RUN" };
        var resumed = new Option<string?>("--resume") { Description = "Go on with the run in this folder", HelpName = "RUN" };
        var device = new Option<string>("--device")
        {
            Description = "auto, cpu, cuda or cuda:N",
            DefaultValueFactory = _ => "auto",
            HelpName = "DEVICE",
        };
        var threads = new Option<int?>("--threads")
        {
            Description = "How many threads compute; one per core by default",
            HelpName = "N",
        };
        var json = JsonOption.Create();
        settings.AddTo(command);
        foreach (var option in new Option[] { folder, resumed, device, threads, json })
        {
            command.Add(option);
        }

        // Synchronous: around an asynchronous action System.CommandLine listens to signals itself and ends the process early.
        command.SetAction(parsed => Run(parsed));
        return command;

        int Run(ParseResult parsed)
        {
            var (target, old) = (parsed.GetValue(folder), parsed.GetValue(resumed));
            if (!settings.IsQuestion(parsed) && target is null == old is null)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Usage, "a run needs one folder: give --out for a new run, or --resume for one that goes on");
            }

            var values = settings.Read(parsed, old is null ? null : readSaved(old));
            return values is null ? 0 : run(new RunRequest<T>
            {
                Settings = values,
                Folder = target ?? old!,
                IsResumed = old is not null,
                Threads = parsed.GetValue(threads) is { } count ? TorchThreads.Checked(count) : TorchThreads.Default,
                Device = ComputeDevice.Parse(parsed.GetRequiredValue(device)),
                IsJson = parsed.GetValue(json),
                Output = parsed.InvocationConfiguration.Output,
                Error = parsed.InvocationConfiguration.Error,
            });
        }
    }
}
