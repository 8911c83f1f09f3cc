using System.Text.Json;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    [Fact]
    public void Reads_a_real_model_as_its_bytes_say()
    {
        var path = SharedData.Require("weights/tinystories-656k/model.safetensors");
        var bytes = File.ReadAllBytes(path);
        var start = 8 + (int)BitConverter.ToInt64(bytes);
        using var header = JsonDocument.Parse(bytes.AsMemory(8, start - 8));
        using var file = SafetensorsFile.Open(path);
        var tensors = header.RootElement.EnumerateObject().Where(pair => pair.Name != "__metadata__").ToList();

        Assert.Equal(tensors.Count, file.Entries.Count);
        foreach (var pair in tensors)
        {
            using var tensor = file.Read(pair.Name);
            var begin = start + pair.Value.GetProperty("data_offsets")[0].GetInt32();
            var values = tensor.data<float>().ToArray();
            Assert.Equal(pair.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), tensor.shape);
            Assert.All(values.Index(), item => Assert.Equal(BitConverter.ToSingle(bytes, begin + (4 * item.Index)), item.Item));
        }
    }

    [Fact]
    public void Reads_misaligned_elements_by_copying()
    {
        var header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}}""";
        using var file = SafetensorsBytes.Open(
            SafetensorsBytes.Make(header, [7, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)]));
        using var tensor = file.Read("b");
        Assert.Equal([1.5f, -2f], tensor.data<float>().ToArray());
    }

    [Fact]
    public void Reads_scalars_empty_tensors_and_notes()
    {
        var header = """
            {"__metadata__":{"format":"pt"},"e":{"dtype":"F16","shape":[3,0],"data_offsets":[0,0]},
            "s":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}
            """;
        using var file = SafetensorsBytes.Open(SafetensorsBytes.Make(header, BitConverter.GetBytes(-5L)));
        using var scalar = file.Read("s");
        using var nothing = file.Read("e");
        Assert.Equal(-5L, scalar.item<long>());
        Assert.Equal([3, 0], nothing.shape);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal(8, file.Entries["s"].StoredBytes);
    }

    [Fact]
    public void Leaves_one_tensor_alive_for_each_reading()
    {
        using var file = SafetensorsBytes.Open(
            SafetensorsBytes.Make("""{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F16","shape":[1],"data_offsets":[1,3]}}""", 1, 2, 3));
        Tensor? inPlace = null, copied = null;
        LiveTensors.AssertLeft(2, () => (inPlace, copied) = (file.Read("x"), file.Read("b")));
        inPlace!.Dispose();
        copied!.Dispose();
    }

    [Fact]
    public void Names_the_file_when_a_tensor_is_unknown()
    {
        using var file = SafetensorsBytes.Open(SafetensorsBytes.Make("{}"));
        Assert.Contains("weights has no tensor 'x'", Assert.Throws<ArgumentException>(() => file.Read("x")).Message, StringComparison.Ordinal);
    }
}
