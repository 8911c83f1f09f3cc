using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Pickle;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Fuzz.Builders;
using Xunit;

namespace LlmEfficiency.Core.Tests.Pickle;

/// <summary>Each pickle is refused at the opcode or global it abuses, which the message names.</summary>
public sealed class MaliciousPickleTests
{
    private static readonly Dictionary<string, (PickleBuilder Pickle, string Problem)> Cases = new()
    {
        ["os.system"] = (Call("os", "system"), "'os.system' is not allowed"),
        ["posix.system"] = (Call("posix", "system"), "'posix.system'"),
        ["nt.system"] = (Call("nt", "system"), "'nt.system'"),
        ["eval"] = (Call("builtins", "eval"), "'builtins.eval'"),
        ["exec"] = (Call("builtins", "exec"), "'builtins.exec'"),
        ["eval of Python 2"] = (Call("__builtin__", "eval"), "'__builtin__.eval'"),
        ["getattr"] = (Call("builtins", "getattr"), "'builtins.getattr'"),
        ["import"] = (Call("builtins", "__import__"), "'builtins.__import__'"),
        ["Popen"] = (Call("subprocess", "Popen"), "'subprocess.Popen'"),
        ["runpy"] = (Call("runpy", "_run_code"), "'runpy._run_code'"),
        ["torch.load"] = (Call("torch", "load"), "'torch.load'"),
        ["torch.hub"] = (Call("torch.hub", "load"), "'torch.hub.load'"),
        ["dotted name"] = (Call("torch", "Size.__class__"), "'torch.Size.__class__'"),
        ["attribute of an allowed module"] = (Call("torch._utils", "_import_dotted_name"), "_import_dotted_name"),
        ["allowed name in another split"] = (Call("torch", "_utils._rebuild_tensor"), "_rebuild_tensor"),
        ["numpy reconstruct"] = (Call("numpy.core.multiarray", "_reconstruct"), "_reconstruct"),
        ["STACK_GLOBAL"] = (new PickleBuilder().Text("os").Text("system").Op(0x93), "'os.system'"),
        ["nested STACK_GLOBAL"] = (
            new PickleBuilder().Op('}').Text("k").Text("builtins").Text("exec").Op(0x93).Op('s'),
            "'builtins.exec'"),
        ["STACK_GLOBAL of numbers"] = (new PickleBuilder().Number(1).Number(2).Op(0x93), "a name is needed"),
        ["INST"] = (new PickleBuilder().Op('(').Op([.. "ios\nsystem\n"u8]), "INST is not allowed"),
        ["OBJ"] = (new PickleBuilder().Op('(').Op('o'), "OBJ is not allowed"),
        ["NEWOBJ"] = (new PickleBuilder().Op(0x81), "NEWOBJ is not allowed"),
        ["NEWOBJ_EX"] = (new PickleBuilder().Op(0x92), "NEWOBJ_EX is not allowed"),
        ["EXT1"] = (new PickleBuilder().Op(0x82, 1), "EXT1 is not allowed"),
        ["EXT2"] = (new PickleBuilder().Op(0x83, 1, 0), "EXT2 is not allowed"),
        ["EXT4"] = (new PickleBuilder().Op(0x84, 1, 0, 0, 0), "EXT4 is not allowed"),
        ["PERSID"] = (new PickleBuilder().Op([.. "Pid\n"u8]), "PERSID is not allowed"),
        ["BYTEARRAY8"] = (new PickleBuilder().Op(0x96), "BYTEARRAY8 is not allowed"),
        ["NEXT_BUFFER"] = (new PickleBuilder().Op(0x97), "NEXT_BUFFER is not allowed"),
        ["unknown opcode"] = (new PickleBuilder().Op(0xff), "opcode 0xff is unknown"),
        ["protocol"] = (new PickleBuilder().Op(0x80, 9), "protocol 9"),
        ["BUILD on a list"] = (new PickleBuilder().Op(']').Op('}').Op('b'), "BUILD may change"),
        ["BUILD with setstate"] = (new PickleBuilder().Op('}').Text("state").Op('b'), "BUILD may set"),
        ["BUILD on a function"] = (
            new PickleBuilder().Global("collections", "OrderedDict").Op('}').Op('b'),
            "BUILD may change"),
        ["BINPERSID of a path"] = (new PickleBuilder().Text("/etc/passwd").Op('Q'), "persistent id"),
        ["BINPERSID of no class"] = (
            new PickleBuilder().Op('(').Text("storage").Text("x").Text("0").Text("cpu").Number(1).Op('t').Op('Q'),
            "persistent id"),
        ["REDUCE of a string"] = (new PickleBuilder().Text("os.system").Op(')').Op('R'), "a function is needed"),
        ["REDUCE of a storage"] = (
            new PickleBuilder().Global("torch", "FloatStorage").Op(')').Op('R'),
            "cannot be called"),
        ["OrderedDict of items"] = (
            new PickleBuilder().Global("collections", "OrderedDict").Op(']').Number(1).Op('a').Op((byte)0x85).Op('R'),
            "called with items"),
        ["memo bomb"] = (Bomb(), "memo bomb"),
        ["deep nesting"] = (Repeat(new PickleBuilder().Op(')'), 100, 0x85), "nested more than 64 deep"),
        ["list in itself"] = (new PickleBuilder().Op(']').Op((byte)'q', 0).Op((byte)'h', 0).Op('a'), "a cycle"),
        ["cycle of two"] = (
            new PickleBuilder().Op(']').Op((byte)'q', 0).Op(']').Op((byte)'q', 1).Op((byte)'h', 0).Op('a').Op('a')
                .Op((byte)'h', 1).Op((byte)'h', 0).Op('a'),
            "a cycle"),
        ["too many marks"] = (
            new PickleBuilder().Op(Enumerable.Repeat((byte)'(', (1 << 20) + 1).ToArray()),
            "more than 1048576"),
        ["too many values"] = (
            new PickleBuilder().Op(Enumerable.Repeat((byte)'N', (1 << 20) + 1).ToArray()),
            "more than 1048576"),
        ["string beyond the end"] = (new PickleBuilder().Op((byte)'X', 0xff, 0xff, 0xff, 0x7f), "bytes are needed"),
        ["huge integer"] = (new PickleBuilder().Op([0x8a, 9, .. new byte[9]]), "takes 9 bytes"),
        ["no end of line"] = (
            new PickleBuilder().Op(Encoding.ASCII.GetBytes("c" + new string('a', 5000))),
            "a line does not end"),
        ["empty stack"] = (new PickleBuilder().Op('a'), "stack is empty"),
        ["below the mark"] = (new PickleBuilder().Op(']').Op('(').Op('0'), "stack is empty"),
        ["no mark"] = (new PickleBuilder().Op('t'), "no mark"),
        ["unhashable key"] = (new PickleBuilder().Op('}').Op(']').Op('N').Op('s'), "pairs whose key"),
        ["duplicate key"] = (new PickleBuilder().Op('}').Text("k").Op('N').Op('s').Text("k").Op('N').Op('s'), "twice"),
        ["missing memo"] = (new PickleBuilder().Op((byte)'h', 3), "nothing is remembered as 3"),
        ["growing tuple"] = (new PickleBuilder().Op(')').Op('N').Op('a'), "a tuple cannot grow"),
        ["tensor outside its storage"] = (
            new PickleBuilder().Tensor("FloatStorage", "0", 4, 2, [3], [1]),
            "leaves its storage"),
        ["tensor larger than its storage"] = (
            new PickleBuilder().Tensor("FloatStorage", "0", 4, 0, [1 << 30, 1 << 30], [0, 0]),
            "leaves its storage"),
        ["negative stride"] = (new PickleBuilder().Tensor("FloatStorage", "0", 4, 3, [4], [-1]), "negative"),
        ["tensor of no storage"] = (
            new PickleBuilder().Global("torch._utils", "_rebuild_tensor_v2").Op(')').Op('R'),
            "needs a storage"),
        ["parameter of no tensor"] = (
            new PickleBuilder().Global("torch._utils", "_rebuild_parameter").Op(')').Op('R'),
            "needs a tensor"),
        ["two values"] = (new PickleBuilder().Op('N').Op('N'), "2 values are left"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_refused_by_name(string name)
    {
        var (pickle, problem) = Cases[name];
        var archive = ZipBuilder.Archive(pickle.Build());
        var error = Assert.Throws<MalformedFileException>(
            () => PickleFile.Open(MappedFile.FromBytes("test.bin", archive)));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Offset, 1, archive.Length);
    }

    private static PickleBuilder Call(string module, string name) =>
        new PickleBuilder().Global(module, name).Text("touch /tmp/owned").Op((byte)0x85).Op('R');

    private static PickleBuilder Repeat(PickleBuilder pickle, int count, byte code) =>
        pickle.Op(Enumerable.Repeat(code, count).ToArray());

    // Each level holds the one below twice: 2^40 values in 40 lines.
    private static PickleBuilder Bomb()
    {
        var pickle = new PickleBuilder().Op(')');
        for (var level = 0; level < 40; level++)
        {
            pickle.Op((byte)'q', (byte)level).Op((byte)'h', (byte)level).Op((byte)0x86);
        }

        return pickle;
    }
}
