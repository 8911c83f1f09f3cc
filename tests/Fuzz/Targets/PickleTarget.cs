using LlmEfficiency.Core.Pickle;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz.Builders;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Whole PyTorch archives: ZIP directory, pickle and tensors.</summary>
public static class PickleTarget
{
    public static FuzzTarget Create() => new(
        "pickle",
        100_000,
        [Plain(), Nested()],
        Read,
        [
            "PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0006\u0006", "cos\nsystem\n", "ctorch\nSize\n",
            "(", "t", "R", "Q", "b", "q\0", "h\0",
        ]);

    private static byte[] Plain() => ZipBuilder.Archive(
        new PickleBuilder().Global("collections", "OrderedDict").Op(')').Op('R').Op((byte)'q', 0).Op('(')
            .Text("a").Tensor("FloatStorage", "0", 6, 0, [2, 3], [3, 1])
            .Text("b").Tensor("HalfStorage", "1", 4, 1, [3], [1]).Op('u')
            .Op('}').Text("_metadata").Op('}').Op('s').Op('b').Build(),
        ("0", GgufBuilder.Floats(6)),
        ("1", new byte[8]));

    private static byte[] Nested() => ZipBuilder.Archive(
        0,
        new PickleBuilder().Op('}').Op('(').Text("epoch").Number(3).Text("state_dict").Op('}').Text("w")
            .Global("torch._utils", "_rebuild_parameter").Op('(')
            .Tensor("FloatStorage", "0", 6, 0, [3, 2], [1, 3]).Op(0x88).Op('N')
            .Op('t').Op('R').Op('s').Text("list").Op(']').Op('(').Number(1).Number(2).Op('e').Op('u').Build(),
        ("0", GgufBuilder.Floats(6)));

    private static void Read(byte[] bytes)
    {
        using var file = PickleFile.Open(MappedFile.FromBytes("fuzz", bytes));
        foreach (var name in file.Entries.Keys)
        {
            using var tensor = file.Read(name);
            using var copy = tensor.clone(); // touches every byte
        }
    }
}
