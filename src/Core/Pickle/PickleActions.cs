using System.Buffers.Binary;
using System.Text;

namespace LlmEfficiency.Core.Pickle;

/// <summary>What the larger opcodes do.</summary>
internal static class PickleActions
{
    private const int LongestName = 256;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static long UInt32(PickleMachine machine) => BinaryPrimitives.ReadUInt32LittleEndian(machine.Bytes(4));

    public static void Protocol(PickleMachine machine)
    {
        if (machine.Bytes(1)[0] is var protocol and > 5)
        {
            throw machine.Broken($"protocol {protocol} is unknown: 0 to 5 are defined");
        }
    }

    public static void Long(PickleMachine machine)
    {
        var bytes = machine.Bytes(machine.Bytes(1)[0]);
        if (bytes.Length > 8)
        {
            throw machine.Broken($"an integer takes {bytes.Length} bytes, more than 8");
        }

        Span<byte> padded = stackalloc byte[8];
        padded.Fill(!bytes.IsEmpty && bytes[^1] >= 0x80 ? (byte)0xff : (byte)0);
        bytes.CopyTo(padded);
        machine.Push(BinaryPrimitives.ReadInt64LittleEndian(padded));
    }

    public static void Text(PickleMachine machine, long count) => machine.Push(Decode(machine, machine.Bytes(count)));

    public static void Tuple(PickleMachine machine, int count) =>
        machine.Push(new PickleList(isTuple: true, Last(machine, count)));

    public static object?[] Last(PickleMachine machine, int count)
    {
        var values = new object?[count];
        for (var i = count - 1; i >= 0; i--)
        {
            values[i] = machine.Pop();
        }

        return values;
    }

    public static void Append(PickleMachine machine, object?[] values) =>
        machine.Grow<PickleList>("a list", values, list =>
        {
            if (list.IsTuple)
            {
                throw machine.Broken("a tuple cannot grow");
            }

            foreach (var value in values)
            {
                list.Add(value);
            }
        });

    public static void SetItems(PickleMachine machine, object?[] values) =>
        machine.Grow<PickleMap>("a dict", values, map =>
        {
            for (var i = 0; i < values.Length; i += 2)
            {
                if (i + 1 == values.Length || values[i] is not (string or long or double or bool))
                {
                    throw machine.Broken("dict items must be pairs whose key is a string or number");
                }

                if (!map.TryAdd(values[i]!, values[i + 1]))
                {
                    throw machine.Broken($"a dict has the key '{values[i]}' twice");
                }
            }
        });

    public static void Global(PickleMachine machine)
    {
        var module = Decode(machine, machine.Line(LongestName));
        PushGlobal(machine, module, Decode(machine, machine.Line(LongestName)));
    }

    public static void StackGlobal(PickleMachine machine)
    {
        var name = machine.Pop<string>("a name");
        PushGlobal(machine, machine.Pop<string>("a module"), name);
    }

    public static void Reduce(PickleMachine machine)
    {
        var arguments = machine.Pop<PickleList>("a tuple of arguments");
        var global = machine.Pop<PickleGlobal>("a function");
        var call = global.Call ?? throw machine.Broken($"{global.Name} cannot be called");
        machine.Push(call(new PickleArguments(global.Name, arguments.Items, machine.Broken)));
    }

    // ('storage', class, key, device, count)
    public static void PersistentId(PickleMachine machine)
    {
        var id = machine.Pop<PickleList>("a persistent id");
        if (id.Items is not ["storage", PickleGlobal { Storage: { } type }, string key, string, long count]
            || count < 0)
        {
            throw machine.Broken("a persistent id is not ('storage', class, key, device, count)");
        }

        machine.Push(new PickleStorage(key, type, count));
    }

    // PyTorch gives a state dict an attribute '_metadata'. Attributes are dropped; nothing but a dict can have them.
    public static void BuildState(PickleMachine machine)
    {
        machine.Pop<PickleMap>("a dict of attributes, the only state that BUILD may set,");
        machine.Push(machine.Pop<PickleMap>("an OrderedDict, the only object that BUILD may change,"));
    }

    private static void PushGlobal(PickleMachine machine, string module, string name) => machine.Push(
        PickleGlobal.Find(module, name)
            ?? throw machine.Broken($"'{module}.{name}' is not allowed in a checkpoint; nothing was run"));

    private static string Decode(PickleMachine machine, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw machine.Broken("a string is not UTF-8");
        }
    }
}
