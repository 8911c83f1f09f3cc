using System.CommandLine;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Simd;
using TorchSharp;

namespace LlmEfficiency.Cli.Options;

/// <summary>What runs a model, and in which form it keeps weights and cache.</summary>
internal sealed class EngineOptions
{
    private const string Auto = "auto";
    private const string Simd = "simd";
    private const string Torch = "torch";

    private readonly Option<string> _engine = new("--engine")
    {
        Description = "simd (own kernels: the default on a processor), torch (libtorch: for a GPU or fp16), or auto",
        DefaultValueFactory = _ => Auto,
        HelpName = "ENGINE",
    };

    private readonly Option<string?> _weights = new("--weights")
    {
        Description = $"How the simd engine keeps matrices: {string.Join(", ", WeightFormats.Names)}; --dtype by default",
        HelpName = "FORMAT",
    };

    private readonly Option<string?> _cacheType = new("--cache-type")
    {
        Description = $"How the simd engine keeps keys and values: {string.Join(", ", CacheFormats.Names)}; as wide as --dtype by default",
        HelpName = "TYPE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _engine.AcceptOnlyFromAmong(Auto, Simd, Torch);
        command.Add(_engine);
        command.Add(_weights);
        command.Add(_cacheType);
    }

    /// <summary>Reads how the engine of kernels is to run; null means libtorch's.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="device">Where the model runs.</param>
    /// <param name="type">The element type it runs in.</param>
    /// <param name="threads">How many threads compute; null takes the default.</param>
    /// <exception cref="LlmEfficiencyException">Options contradict each other.</exception>
    public SimdEngineSettings? Read(ParseResult parsed, ComputeDevice device, torch.ScalarType type, int? threads)
    {
        var asked = parsed.GetRequiredValue(_engine);
        var (weights, cacheType) = (parsed.GetValue(_weights), parsed.GetValue(_cacheType));
        var obstacle = Obstacle(device, type, weights);
        if (asked == Torch || obstacle is not null)
        {
            Refuse(asked, weights ?? cacheType, obstacle);
            return null;
        }

        var isHalf = type == torch.ScalarType.BFloat16;
        return new SimdEngineSettings
        {
            Weights = weights is not null ? WeightFormats.Parse(weights) : isHalf ? WeightFormat.Bf16 : WeightFormat.Fp32,
            TakesStored = weights is null,
            Cache = cacheType is not null ? CacheFormats.Parse(cacheType) : isHalf ? CacheFormat.Bf16 : CacheFormat.Fp32,
            Threads = threads ?? TorchThreads.Current,
        };
    }

    private static string? Obstacle(ComputeDevice device, torch.ScalarType type, string? weights) =>
        device.IsCuda ? "runs on a processor alone: take --device cpu"
        : type == torch.ScalarType.Float16 && weights is null ? "does not know fp16: take --dtype bf16 or --weights"
        : null;

    private static void Refuse(string asked, string? form, string? obstacle)
    {
        if (asked == Simd || form is not null)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Usage,
                obstacle is not null ? $"the simd engine {obstacle}" : "--weights and --cache-type are of the simd engine: leave them, or --engine torch, out");
        }
    }
}
