using BenchmarkDotNet.Attributes;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Safetensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Benchmarks;

/// <summary>
/// A file in the page cache with the tensors of <c>llama-15m</c> in fp32: open it and bring every byte within reach.
/// </summary>
[BytesPerOperation(Bytes)]
public class SafetensorsLoadBenchmark
{
    /// <summary>The size of the tensors.</summary>
    public const long Bytes = 14_528_160 * sizeof(float);

    private const int PageBytes = 4096;

    private static readonly TransformerConfig Config = ModelPresets.All["llama-15m"];

    private string _path = string.Empty;
    private Transformer? _model;

    /// <summary>Writes the file.</summary>
    [GlobalSetup]
    public void Write()
    {
        _path = Path.GetTempFileName();
        _model = RandomModel.Create(Config, seed: 1, ComputeDevice.Cpu, ScalarType.Float32);
        SafetensorsWriter.Write(_path, _model.state_dict());
        using var file = SafetensorsFile.Open(_path);
        var stored = file.Entries.Values.Sum(entry => entry.StoredBytes);
        if (stored != Bytes)
        {
            throw new InvalidOperationException($"the file holds {stored} bytes, the rate is taken from {Bytes}");
        }
    }

    /// <summary>Removes the file.</summary>
    [GlobalCleanup]
    public void Delete()
    {
        _model!.Dispose();
        File.Delete(_path);
    }

    /// <summary>Lays tensors over the mapped file and reads one byte of every page.</summary>
    [Benchmark(Baseline = true)]
    public int TouchEveryPage()
    {
        using var file = SafetensorsFile.Open(_path);
        var sum = 0;
        foreach (var name in file.Entries.Keys)
        {
            using var tensor = file.Read(name);
            var bytes = tensor.bytes;
            for (var at = 0; at < bytes.Length; at += PageBytes)
            {
                sum += bytes[at];
            }
        }

        return sum;
    }

    /// <summary>Copies the file into the tensors of a model that is there already.</summary>
    [Benchmark]
    public void CopyIntoModel()
    {
        using var file = new CanonicalWeights(SafetensorsFile.Open(_path), Config);
        WeightLoader.Load(file, _model!.state_dict(), Config);
    }
}
