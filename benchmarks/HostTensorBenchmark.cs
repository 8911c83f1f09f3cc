using BenchmarkDotNet.Attributes;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks;

/// <summary>A weight of 64 MiB, in the page cache: laid over the mapped file against copied out of it.</summary>
public class HostTensorBenchmark
{
    private const int Rows = 4096;
    private const int Columns = 4096;
    private const int Bytes = Rows * Columns * sizeof(float);

    private string _path = string.Empty;
    private MappedFile? _file;

    /// <summary>Writes the file and maps it.</summary>
    [GlobalSetup]
    public void Write()
    {
        _path = Path.GetTempFileName();
        File.WriteAllBytes(_path, new byte[Bytes]);
        _file = MappedFile.Open(_path);
    }

    /// <summary>Removes the file.</summary>
    [GlobalCleanup]
    public void Delete()
    {
        _file!.Dispose();
        File.Delete(_path);
    }

    /// <summary>Makes a tensor over the mapping; no byte is read.</summary>
    [Benchmark(Baseline = true)]
    public long OverTheMapping()
    {
        using var weight = TorchInterop.FromMemory(_file!.AddressOf(0, Bytes), [Rows, Columns], ScalarType.Float32);
        return weight.numel();
    }

    /// <summary>Makes a tensor over the mapping and reads all of it once.</summary>
    [Benchmark]
    public float OverTheMappingAndRead()
    {
        using var scope = NewDisposeScope();
        return TorchInterop.FromMemory(_file!.AddressOf(0, Bytes), [Rows, Columns], ScalarType.Float32).sum().item<float>();
    }

    /// <summary>Copies the mapping into memory that libtorch owns.</summary>
    [Benchmark]
    public long Copied()
    {
        using var weight = empty([Rows, Columns], ScalarType.Float32);
        _file!.Slice(0, Bytes).CopyTo(weight.bytes);
        return weight.numel();
    }
}
