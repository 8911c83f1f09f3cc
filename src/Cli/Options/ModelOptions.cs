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

    private readonly EngineOptions _engine = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        command.Add(_device);
        command.Add(_elementType);
        _engine.AddTo(command);
        command.Add(_threads);
    }

    /// <summary>Loads the model that the command line names, or the random one with a clear word about it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isStrict">Whether a token's numbers must not depend on what runs with it; the engine of kernels always sees to it.</param>
    public LoadedModel Load(ParseResult parsed, bool isStrict = false)
    {
        var error = parsed.InvocationConfiguration.Error;
        var name = parsed.GetValue(_model) ?? (EmbeddedModel.Folder is null ? DefaultRandom : EmbeddedModel.Name);
        var preset = name.StartsWith(LoadedModel.RandomPrefix, StringComparison.Ordinal) ? name[LoadedModel.RandomPrefix.Length..] : null;
        var location = preset is null ? ModelLocation.Find(name) : null;
        var device = ComputeDevice.Parse(parsed.GetRequiredValue(_device));
        TorchThreads.Set(Threads(parsed));
        var type = ElementTypes.Parse(parsed.GetRequiredValue(_elementType), device);
        var settings = new LoadSettings(device, type)
        {
            Torch = new TorchEngineSettings { IsStrict = isStrict },
            Simd = _engine.Read(parsed, device, type, Threads(parsed)),
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
