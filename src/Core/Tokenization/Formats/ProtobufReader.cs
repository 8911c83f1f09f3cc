using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>Walks the fields of one protocol-buffers message.</summary>
internal ref struct ProtobufReader(string name, ReadOnlySpan<byte> message, long offset)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>Gets the number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Gets the value of a current field of numbers; fixed numbers as their bits.</summary>
    public ulong Number { get; private set; }

    /// <summary>Gets the bytes of a current field of bytes, text or a message; empty for numbers.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Gets where in the file the current value lies.</summary>
    public long ValueOffset { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <exception cref="MalformedFileException">The message breaks off or uses an unknown wire type.</exception>
    public bool Read()
    {
        if (_at == _message.Length)
        {
            return false;
        }

        var key = ReadVarint();
        if (key >> 3 is 0 or > 0x1FFFFFFF)
        {
            throw Broken($"field number {key >> 3}");
        }

        Bytes = default;
        (Field, Number, ValueOffset) = ((int)(key >> 3), 0, offset + _at);
        switch (key & 7)
        {
            case 0:
                Number = ReadVarint();
                break;
            case 1:
                Number = BitConverter.ToUInt64(Take(8));
                break;
            case 2:
                var length = ReadVarint();
                ValueOffset = offset + _at;
                Bytes = Take(length);
                break;
            case 5:
                Number = BitConverter.ToUInt32(Take(4));
                break;
            default:
                throw Broken($"wire type {key & 7}");
        }

        return true;
    }

    private ulong ReadVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Broken("a number of more than 64 bits");
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_message.Length - _at))
        {
            throw Broken($"{length} bytes are needed, {_message.Length - _at} are left");
        }

        _at += (int)length;
        return _message.Slice(_at - (int)length, (int)length);
    }

    private readonly MalformedFileException Broken(string problem) =>
        new(name, offset + _at, $"protocol buffers: {problem}");
}
