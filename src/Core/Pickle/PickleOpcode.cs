using System.Buffers.Binary;

namespace LlmEfficiency.Core.Pickle;

/// <summary>An opcode of pickle protocols 0 to 5; those without an action are known and refused.</summary>
internal sealed record PickleOpcode(byte Code, string Name, Action<PickleMachine>? Execute = null)
{
    private static readonly PickleOpcode?[] Table = Build();

    public static PickleOpcode? Find(byte code) => Table[code];

    private static PickleOpcode?[] Build()
    {
        var table = new PickleOpcode?[256];
        foreach (var opcode in (PickleOpcode[])[.. Scalars(), .. Containers(), .. Control(), .. Refused()])
        {
            table[opcode.Code] = opcode;
        }

        return table;
    }

    private static PickleOpcode[] Scalars() =>
    [
        new((byte)'N', "NONE", m => m.Push(null)),
        new(0x88, "NEWTRUE", m => m.Push(true)),
        new(0x89, "NEWFALSE", m => m.Push(false)),
        new((byte)'J', "BININT", m => m.Push((long)BinaryPrimitives.ReadInt32LittleEndian(m.Bytes(4)))),
        new((byte)'K', "BININT1", m => m.Push((long)m.Bytes(1)[0])),
        new((byte)'M', "BININT2", m => m.Push((long)BinaryPrimitives.ReadUInt16LittleEndian(m.Bytes(2)))),
        new(0x8a, "LONG1", PickleActions.Long),
        new((byte)'G', "BINFLOAT", m => m.Push(BinaryPrimitives.ReadDoubleBigEndian(m.Bytes(8)))),
        new((byte)'X', "BINUNICODE", m => PickleActions.Text(m, PickleActions.UInt32(m))),
        new(0x8c, "SHORT_BINUNICODE", m => PickleActions.Text(m, m.Bytes(1)[0])),
        new((byte)'T', "BINSTRING", m => PickleActions.Text(m, PickleActions.UInt32(m))),
        new((byte)'U', "SHORT_BINSTRING", m => PickleActions.Text(m, m.Bytes(1)[0])),
    ];

    private static PickleOpcode[] Containers() =>
    [
        new((byte)']', "EMPTY_LIST", m => m.Push(new PickleList(isTuple: false, []))),
        new((byte)'a', "APPEND", m => PickleActions.Append(m, [m.Pop()])),
        new((byte)'e', "APPENDS", m => PickleActions.Append(m, m.PopToMark())),
        new((byte)')', "EMPTY_TUPLE", m => m.Push(new PickleList(isTuple: true, []))),
        new((byte)'t', "TUPLE", m => m.Push(new PickleList(isTuple: true, m.PopToMark()))),
        new(0x85, "TUPLE1", m => PickleActions.Tuple(m, 1)),
        new(0x86, "TUPLE2", m => PickleActions.Tuple(m, 2)),
        new(0x87, "TUPLE3", m => PickleActions.Tuple(m, 3)),
        new((byte)'}', "EMPTY_DICT", m => m.Push(new PickleMap())),
        new((byte)'s', "SETITEM", m => PickleActions.SetItems(m, PickleActions.Last(m, 2))),
        new((byte)'u', "SETITEMS", m => PickleActions.SetItems(m, m.PopToMark())),
    ];

    private static PickleOpcode[] Control() =>
    [
        new(0x80, "PROTO", PickleActions.Protocol),
        new(0x95, "FRAME", m => m.Bytes(8)),
        new((byte)'.', "STOP", m => m.Stop()),
        new((byte)'(', "MARK", m => m.Mark()),
        new((byte)'0', "POP", m => m.Pop()),
        new((byte)'1', "POP_MARK", m => m.PopToMark()),
        new((byte)'q', "BINPUT", m => m.Remember(m.Bytes(1)[0])),
        new((byte)'r', "LONG_BINPUT", m => m.Remember(PickleActions.UInt32(m))),
        new(0x94, "MEMOIZE", m => m.Remember(m.MemoCount)),
        new((byte)'h', "BINGET", m => m.Recall(m.Bytes(1)[0])),
        new((byte)'j', "LONG_BINGET", m => m.Recall(PickleActions.UInt32(m))),
        new((byte)'c', "GLOBAL", PickleActions.Global),
        new(0x93, "STACK_GLOBAL", PickleActions.StackGlobal),
        new((byte)'R', "REDUCE", PickleActions.Reduce),
        new((byte)'Q', "BINPERSID", PickleActions.PersistentId),
        new((byte)'b', "BUILD", PickleActions.BuildState),
    ];

    private static PickleOpcode[] Refused() =>
    [
        new((byte)'i', "INST"), new((byte)'o', "OBJ"), new(0x81, "NEWOBJ"), new(0x92, "NEWOBJ_EX"),
        new(0x82, "EXT1"), new(0x83, "EXT2"), new(0x84, "EXT4"), new((byte)'P', "PERSID"), new((byte)'2', "DUP"),
        new((byte)'F', "FLOAT"), new((byte)'I', "INT"), new((byte)'L', "LONG"), new(0x8b, "LONG4"),
        new((byte)'S', "STRING"), new((byte)'V', "UNICODE"), new(0x8d, "BINUNICODE8"),
        new((byte)'B', "BINBYTES"), new((byte)'C', "SHORT_BINBYTES"),
        new(0x8e, "BINBYTES8"), new(0x96, "BYTEARRAY8"), new(0x97, "NEXT_BUFFER"), new(0x98, "READONLY_BUFFER"),
        new((byte)'d', "DICT"), new((byte)'l', "LIST"), new((byte)'p', "PUT"), new((byte)'g', "GET"),
        new(0x8f, "EMPTY_SET"), new(0x90, "ADDITEMS"), new(0x91, "FROZENSET"),
    ];
}
