using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Pickle;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using LlmEfficiency.Fuzz;
using LlmEfficiency.Fuzz.Builders;
using LlmEfficiency.Fuzz.Targets;
using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Pickle;

public sealed class PickleFileTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(0)] // storages at odd addresses
    public void Views_of_one_storage_are_what_their_strides_say(int alignment)
    {
        var pickle = new PickleBuilder().Op('}').Op('(')
            .Text("plain").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
            .Text("transposed").Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3])
            .Text("tail").Tensor("FloatStorage", "0", 6, 4, [2], [1])
            .Text("every second").Tensor("FloatStorage", "0", 6, 1, [3], [2])
            .Text("scalar").Tensor("FloatStorage", "0", 6, 5, [], [])
            .Text("empty").Tensor("FloatStorage", "0", 6, 0, [0, 3], [3, 1]).Op('u').Build();
        using var file = Open(ZipBuilder.Archive(alignment, pickle, ("0", GgufBuilder.Floats(6))));
        LiveTensors.AssertLeft(0, () =>
        {
            Assert.Equal([0f, 1, 2, 3, 4, 5], Values(file, "plain"));
            Assert.Equal([0f, 3, 1, 4, 2, 5], Values(file, "transposed"));
            Assert.Equal([4f, 5], Values(file, "tail"));
            Assert.Equal([1f, 3, 5], Values(file, "every second"));
            Assert.Equal([5f], Values(file, "scalar"));
            Assert.Empty(Values(file, "empty"));
        });
        Assert.Equal([3L, 2], file.Entries["transposed"].Shape);
    }

    [Theory]
    [InlineData("FloatStorage", torch.ScalarType.Float32, 4)]
    [InlineData("HalfStorage", torch.ScalarType.Float16, 2)]
    [InlineData("BFloat16Storage", torch.ScalarType.BFloat16, 2)]
    [InlineData("DoubleStorage", torch.ScalarType.Float64, 8)]
    [InlineData("LongStorage", torch.ScalarType.Int64, 8)]
    [InlineData("ByteStorage", torch.ScalarType.Byte, 1)]
    [InlineData("BoolStorage", torch.ScalarType.Bool, 1)]
    public void Storage_classes_fix_the_type(string storage, torch.ScalarType type, int width)
    {
        var pickle = new PickleBuilder().Op('}').Text("t").Tensor(storage, "0", 2, 0, [2], [1]).Op('s').Build();
        using var file = Open(ZipBuilder.Archive(pickle, ("0", new byte[2 * width])));
        using var tensor = file.Read("t");
        Assert.Equal((type, type), (tensor.dtype, file.Entries["t"].Type));
    }

    [Fact]
    public void Finds_the_state_dict_among_other_things()
    {
        var pickle = new PickleBuilder().Op('}').Op('(').Text("epoch").Number(1).Text("state_dict").Op('}').Text("w")
            .Tensor("FloatStorage", "0", 1, 0, [1], [1]).Op('s').Op('u').Build();
        using var file = Open(ZipBuilder.Archive(pickle, ("0", new byte[4])));
        Assert.Equal("w", Assert.Single(file.Entries).Key);
    }

    [Theory]
    [InlineData("0", 4, 8, "needs 4 elements of 4 bytes")]
    [InlineData("../0", 2, 8, "is not in the archive")]
    [InlineData("7", 2, 8, "is not in the archive")]
    public void Storages_must_be_whole_and_there(string key, int count, int bytes, string problem)
    {
        var pickle = new PickleBuilder().Op('}').Text("t")
            .Tensor("FloatStorage", key, count, 0, [1], [1]).Op('s').Build();
        Refused(ZipBuilder.Archive(pickle, ("0", new byte[bytes])), problem);
    }

    [Fact]
    public void Says_how_to_save_old_files_again() => Refused([0x80, 2, 0x8a, 10], "torch.save it again");

    [Fact]
    public void Refuses_archives_that_are_not_plain()
    {
        var pickle = new PickleBuilder().Op('}').Build();
        Refused(new ZipBuilder().Add("a/data.pkl", pickle, method: 8).Build(), "compressed");
        Refused(new ZipBuilder().Add("a/data.pkl", pickle).Add("a/data.pkl", pickle).Build(), "twice");
        Refused(new ZipBuilder().Add("a/data.pkl", pickle).Add("b/data.pkl", pickle).Build(), "2 entries");
        Refused(
            new ZipBuilder().Add("a/data.pkl", pickle).Add("a/byteorder", "big"u8.ToArray()).Build(), "little-endian");
        Refused(new ZipBuilder().Add("a/data.pkl", pickle).Build(), "no tensor");
        Refused("PK and nothing else"u8.ToArray(), "directory is missing");
    }

    [Fact]
    public void Archives_can_be_the_shards_of_an_index()
    {
        using var folder = new TemporaryFolder();
        var pickle = new PickleBuilder().Op('}').Text("w").Tensor("FloatStorage", "0", 2, 0, [2], [1]).Op('s').Build();
        File.WriteAllBytes(folder.File("one.bin"), ZipBuilder.Archive(pickle, ("0", GgufBuilder.Floats(2))));
        var index = folder.File("pytorch_model.bin.index.json");
        File.WriteAllText(index, """{"metadata": {}, "weight_map": {"w": "one.bin"}}""");
        using var shards = ShardedWeights.Open(index, PickleFile.Open);
        using var tensor = shards.Read("w");
        Assert.Equal([0f, 1], tensor.data<float>().ToArray());
    }

    [Fact]
    public void Mutated_files_are_read_or_refused()
    {
        var target = PickleTarget.Create();
        Assert.All(target.Seeds, target.Read);
        Assert.Empty(FuzzRun.Run(target, seed: 1, first: 0, count: 500).Findings);
    }

    private static float[] Values(PickleFile file, string name)
    {
        using var tensor = file.Read(name);
        return tensor.numel() == 0 ? [] : tensor.data<float>().ToArray(); // ToArray fails on an empty tensor
    }

    private static PickleFile Open(byte[] bytes) => PickleFile.Open(MappedFile.FromBytes("test.bin", bytes));

    private static void Refused(byte[] bytes, string problem) =>
        Assert.Contains(
            problem, Assert.Throws<MalformedFileException>(() => Open(bytes)).Message, StringComparison.Ordinal);
}
