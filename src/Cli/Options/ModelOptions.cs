using System.CommandLine;
using LlmEfficiency.Cli.Rendering;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Decoding;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;

namespace LlmEfficiency.Cli.Options;

/// <summary>Which model runs where.</summary>
internal sealed class ModelOptions
{
    private const string DefaultRandom = LoadedModel.RandomPrefix + RandomModel.DefaultPreset;

    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "A folder, a .gguf or llama2.c .bin file, org/name[@revision] in the Hugging Face cache, "
            + "llmeff-tiny (the default), llmeff-tiny-1m, llmeff-tiny-0.3m, or random:PRESET",
        HelpName = "MODEL",
    };

    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "auto",
        HelpName = "DEVICE",
    };

    private readonly Option<string> _elementType = new("--dtype")
    {
        Description = "auto, fp32, bf16 or fp16",
        DefaultValueFactory = _ => "auto",
        HelpName = "TYPE",
    };

    private readonly Option<int?> _threads = new("--threads")
    {
        Description = "How many threads compute; one per core by default",
        HelpName = "N",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_device);
        command.Add(_elementType);
        command.Add(_threads);
    }

    /// <summary>Loads the model that the command line names, or the random one with a clear word about it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="engine">How the engine runs; null takes the defaults.</param>
    public LoadedModel Load(ParseResult parsed, TorchEngineSettings? engine = null)
    {
        var error = parsed.InvocationConfiguration.Error;
        var name = parsed.GetValue(_model) ?? (EmbeddedModel.Folder is null ? DefaultRandom : EmbeddedModel.Name);
        var preset = name.StartsWith(LoadedModel.RandomPrefix, StringComparison.Ordinal) ? name[LoadedModel.RandomPrefix.Length..] : null;
        var location = preset is null ? ModelLocation.Find(name) : null;
        var device = ComputeDevice.Parse(parsed.GetRequiredValue(_device));
        TorchThreads.Set(Threads(parsed));
        var settings = new LoadSettings(device, ElementTypes.Parse(parsed.GetRequiredValue(_elementType), device))
        {
            Engine = engine ?? new TorchEngineSettings(),
        };
        if (location is null)
        {
            error.WriteLine(
                $"llmeff: this is '{preset}' with random weights, so the text is noise");
            return LoadedModel.Random(preset!, settings);
        }

        var line = ProgressLine.For(error);
        var model = LoadedModel.Load(
            location, settings, new LineProgress<LoadProgress>(
                step => line.Show("loading", step.DoneBytes, step.TotalBytes)));
        line.Clear();
        return model;
    }

    private int? Threads(ParseResult parsed) =>
        parsed.GetValue(_threads) is { } count ? TorchThreads.Checked(count) : null;
}
