using System.CommandLine;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Calibration;
using LlmEfficiency.P2Law.Pruning;

namespace LlmEfficiency.Cli.Options;

/// <summary>What all pruning commands share: which model, where to, with which texts.</summary>
internal sealed class PruningOptions
{
    private readonly Argument<string> _model = new("model")
    {
        Description = "A folder, a .gguf or llama2.c .bin file, or org/name in the Hugging Face cache",
    };

    private readonly Option<DirectoryInfo?> _target = new("--out", "-o") { Description = "The new folder", HelpName = "FOLDER" };

    private readonly Option<bool> _isDry = new("--dry-run") { Description = "Tell scores and what would go, and write nothing" };

    private readonly Option<string[]> _data = new("--data")
    {
        Description = "Calibration texts: files of text, JSON Lines or Parquet",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int?> _samples = new("--samples") { Description = "How many calibration sequences", HelpName = "N" };

    private readonly Option<int?> _length = new("--length") { Description = "Tokens of a calibration sequence", HelpName = "N" };

    private readonly Option<ulong?> _seed = new("--seed") { Description = "Chooses the calibration sequences", HelpName = "N" };

    private readonly Option<int?> _batch = new("--batch") { Description = "How many sequences run together", HelpName = "N" };

    private readonly Option<string> _device = new("--device")
    {
        Description = "auto, cpu, cuda or cuda:N",
        DefaultValueFactory = _ => "auto",
        HelpName = "DEVICE",
    };

    private readonly Option<int?> _threads = new("--threads") { Description = "How many threads compute; one per core by default", HelpName = "N" };

    private readonly Option<long?> _shard = new("--max-shard-mb")
    {
        Description = "Split the weights from this size on, in 10^6 bytes",
        HelpName = "N",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_model);
        foreach (var option in new Option[] { _target, _isDry, _data, _samples, _length, _seed, _batch, _device, _threads, _shard })
        {
            command.Add(option);
        }
    }

    /// <summary>Returns the model's name.</summary>
    public string Model(ParseResult parsed) => parsed.GetRequiredValue(_model);

    /// <summary>Returns the new folder; null where nothing is to be written.</summary>
    /// <exception cref="LlmEfficiencyException">Neither or both were asked for.</exception>
    public string? Target(ParseResult parsed)
    {
        var (target, isDry) = (parsed.GetValue(_target), parsed.GetValue(_isDry));
        return target is null == isDry
            ? target?.FullName
            : throw new LlmEfficiencyException(ErrorKind.Usage, "give --out for the new folder, or --dry-run to write nothing");
    }

    /// <summary>Returns the settings with the texts of the command line.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">What holds where it says nothing.</param>
    public PruningSettings WithTexts(ParseResult parsed, PruningSettings settings) => settings with
    {
        Calibration = new CalibrationSettings
        {
            Data = parsed.GetValue(_data) ?? settings.Calibration.Data,
            Samples = parsed.GetValue(_samples) ?? settings.Calibration.Samples,
            Length = parsed.GetValue(_length) ?? settings.Calibration.Length,
            Seed = parsed.GetValue(_seed) ?? settings.Calibration.Seed,
            Batch = parsed.GetValue(_batch) ?? settings.Calibration.Batch,
        },
    };

    /// <summary>Returns where the work runs, and sets the threads.</summary>
    public PruningHost Host(ParseResult parsed)
    {
        NativeLibraries.Require();
        var device = ComputeDevice.Parse(parsed.GetRequiredValue(_device));
        TorchThreads.Set(parsed.GetValue(_threads) is { } count ? TorchThreads.Checked(count) : null);
        var host = new PruningHost { Device = device };
        return parsed.GetValue(_shard) is { } megabytes ? host with { MaxShardBytes = Commands.ModelCommand.ShardBytes(megabytes) } : host;
    }
}
