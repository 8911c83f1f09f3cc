using BenchmarkDotNet.Attributes;
using LlmEfficiency.Core.Devices;
using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks;

/// <summary>What it costs to bring the ids of one step to the device and one row of logits back.</summary>
public class HostTransferBenchmark : IDisposable
{
    private readonly Tensor _ids = zeros(1, dtype: ScalarType.Int64);
    private readonly HostTransfer _transfer;
    private readonly Tensor _logits;

    /// <summary>Takes a GPU when one works, else the processor, where nothing crosses.</summary>
    public HostTransferBenchmark()
    {
        var device = ComputeDevice.Parse("auto");
        _transfer = new HostTransfer(device);
        _logits = zeros([1, 32000], ScalarType.Float32, device.Torch);
    }

    /// <summary>Brings one token id to the device.</summary>
    [Benchmark]
    public void IdsToDevice() => _transfer.ToDevice(_ids).Dispose();

    /// <summary>Brings 32,000 logits to the host.</summary>
    [Benchmark]
    public void LogitsToHost() => _transfer.ToHost(_logits).Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _ids.Dispose();
        _logits.Dispose();
        GC.SuppressFinalize(this);
    }
}
