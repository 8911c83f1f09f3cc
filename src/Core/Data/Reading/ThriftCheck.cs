using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>
/// Walks over a value of the Thrift compact protocol and refuses what does not fit its shape or ends too early, in
/// linear time. The Parquet library trusts lengths and kinds, and does not come back from a wrong one.
/// </summary>
internal ref struct ThriftCheck
{
    private const int MaxDepth = 24;

    private readonly string _file;
    private readonly long _start;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Span<long> _slots;
    private int _at;

    private ThriftCheck(string file, ReadOnlySpan<byte> bytes, long start, Span<long> slots)
    {
        _file = file;
        _bytes = bytes;
        _start = start;
        _slots = slots;
    }

    /// <summary>Checks a structure.</summary>
    /// <param name="file">The path, for messages.</param>
    /// <param name="bytes">The structure, perhaps with more behind it.</param>
    /// <param name="start">Where the bytes lie in the file.</param>
    /// <param name="shape">What it must be.</param>
    /// <param name="slots">[slots] the numbers that the shape gives a slot; only those that are there are written.</param>
    /// <returns>How many bytes it has.</returns>
    /// <exception cref="MalformedFileException">It is something else.</exception>
    public static int Structure(string file, ReadOnlySpan<byte> bytes, long start, ThriftShape shape, Span<long> slots = default)
    {
        var check = new ThriftCheck(file, bytes, start, slots);
        check.Structure(shape.Fields, 0);
        return check._at;
    }

    private static ThriftKind Kind(int code) => code switch
    {
        1 or 2 => ThriftKind.Flag,
        3 => ThriftKind.Byte,
        4 or 5 or 6 => ThriftKind.Whole,
        7 => ThriftKind.Fraction,
        8 => ThriftKind.Binary,
        9 or 10 => ThriftKind.List,
        11 => ThriftKind.Map,
        12 => ThriftKind.Structure,
        _ => ThriftKind.Any,
    };

    private void Structure(IReadOnlyDictionary<int, ThriftShape>? fields, int depth)
    {
        Require(depth < MaxDepth, "structures are nested too deeply");
        var id = 0L;
        for (int header; (header = Byte()) != 0;)
        {
            id = header >> 4 != 0 ? id + (header >> 4) : Signed();
            var kind = Kind(header & 15);
            var shape = fields?.GetValueOrDefault((int)Math.Clamp(id, 0, int.MaxValue));
            Require(shape is null || shape.Kind == kind, $"field {id} is of a wrong kind");
            if (kind != ThriftKind.Flag) // whose value is in the header
            {
                Value(kind, shape, depth + 1);
            }
        }
    }

    private void Value(ThriftKind kind, ThriftShape? shape, int depth)
    {
        switch (kind)
        {
            case ThriftKind.Flag or ThriftKind.Byte:
                Byte();
                break;
            case ThriftKind.Whole when shape is { Slot: >= 0 and var slot }:
                _slots[slot] = Signed();
                break;
            case ThriftKind.Whole:
                Number();
                break;
            case ThriftKind.Fraction:
                Skip(8);
                break;
            case ThriftKind.Binary:
                Skip(Number());
                break;
            case ThriftKind.List:
                List(shape, depth);
                break;
            case ThriftKind.Structure:
                Structure(shape?.Fields, depth);
                break;
            default:
                throw new MalformedFileException(_file, _start + _at, "the metadata holds a kind of value that Parquet does not use");
        }
    }

    private void List(ThriftShape? shape, int depth)
    {
        Require(depth < MaxDepth, "lists are nested too deeply");
        var header = Byte();
        var count = header >> 4 == 15 ? Number() : (ulong)(header >> 4);
        var kind = Kind(header & 15);
        Require(count <= (ulong)(_bytes.Length - _at), "a list is longer than the file"); // an element has a byte or more
        Require(shape is null || count == 0 || shape.Element == kind, "a list holds a wrong kind");
        for (var i = 0UL; i < count; i++)
        {
            Value(kind, shape, depth + 1);
        }
    }

    private int Byte()
    {
        Require(_at < _bytes.Length, "the metadata is cut short");
        return _bytes[_at++];
    }

    private ulong Number()
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            Require(shift < 70, "a number is too long");
            var next = Byte();
            value |= shift < 64 ? (ulong)(next & 127) << shift : 0;
            if (next < 128)
            {
                return value;
            }
        }
    }

    private long Signed()
    {
        var value = Number();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private void Skip(ulong length)
    {
        Require(length <= (ulong)(_bytes.Length - _at), "a text is longer than the file");
        _at += (int)length;
    }

    private readonly void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new MalformedFileException(_file, _start + _at, problem);
        }
    }
}
