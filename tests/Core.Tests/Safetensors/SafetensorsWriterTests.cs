using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Testing;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Safetensors;

public sealed class SafetensorsWriterTests
{
    public static TheoryData<ScalarType> Types =>
    [
        ScalarType.Bool, ScalarType.Byte, ScalarType.Int8, ScalarType.Int16, ScalarType.Int32, ScalarType.Int64,
        ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float32, ScalarType.Float64, ScalarType.ComplexFloat32,
    ];

    [Theory]
    [MemberData(nameof(Types))]
    public void Keeps_every_bit_of_every_type(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var tensor = arange(0, 30).fmod(type == ScalarType.Bool ? 2 : 31).to_type(type).reshape(5, 6);
        SafetensorsWriter.Write(folder.File("a"), new Dictionary<string, Tensor> { ["x"] = tensor, ["t"] = tensor.t() });
        using var file = SafetensorsFile.Open(folder.File("a"));
        Assert.Equal(tensor.bytes.ToArray(), file.Read("x").bytes.ToArray());
        Assert.Equal(tensor.t().contiguous().bytes.ToArray(), file.Read("t").clone().bytes.ToArray());
        Assert.Equal(type, file.Read("x").dtype);
    }

    [Fact]
    public void Writes_a_real_model_again_byte_for_byte()
    {
        var path = SharedData.Require("weights/tinystories-656k/model.safetensors");
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var file = SafetensorsFile.Open(path);
        SafetensorsWriter.Write(folder.File("a"), file.Entries.Keys.ToDictionary(name => name, file.Read), file.Metadata);
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder.File("a")));
    }

    [Fact]
    public void Orders_by_type_then_name_and_pads_the_header_to_eight_bytes()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var tensors = new Dictionary<string, Tensor>
        {
            ["b"] = ones(1, ScalarType.Float32),
            ["a"] = ones(1, ScalarType.Float32),
            ["h"] = ones(1, ScalarType.BFloat16),
            ["l"] = ones(1, ScalarType.Int64),
            ["c"] = ones(1, ScalarType.Bool),
        };
        SafetensorsWriter.Write(folder.File("a"), tensors);
        var bytes = File.ReadAllBytes(folder.File("a"));
        var header = System.Text.Encoding.UTF8.GetString(bytes, 8, (int)BitConverter.ToInt64(bytes));
        Assert.Equal(
            """
            {"__metadata__":{"format":"pt"},
            "l":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},
            "a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},
            "b":{"dtype":"F32","shape":[1],"data_offsets":[12,16]},
            "h":{"dtype":"BF16","shape":[1],"data_offsets":[16,18]},
            "c":{"dtype":"BOOL","shape":[1],"data_offsets":[18,19]}}
            """.ReplaceLineEndings(string.Empty),
            header.TrimEnd(' '));
        Assert.Equal(0, header.Length % 8);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_a_failure_of_the_disk()
    {
        using var folder = new TemporaryFolder();
        var problem = Assert.Throws<LlmEfficiencyException>(
            () => SafetensorsWriter.Write(folder.File("none/a"), new Dictionary<string, Tensor>()));
        Assert.Equal(ErrorKind.Disk, problem.Kind);
    }
}
