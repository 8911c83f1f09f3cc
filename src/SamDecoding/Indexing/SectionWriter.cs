namespace LlmEfficiency.SamDecoding.Indexing;

/// <summary>Writes the sections of a file one after the other, with their checksums.</summary>
/// <param name="file">The file.</param>
internal sealed class SectionWriter(Stream file)
{
    private readonly byte[] _buffer = new byte[1 << 20]; // a multiple of the sections' alignment
    private int _used;
    private uint _checksum;

    /// <summary>Writes content of the section.</summary>
    public void Write(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            var taken = Math.Min(content.Length, _buffer.Length - _used);
            content[..taken].CopyTo(_buffer.AsSpan(_used));
            _used += taken;
            content = content[taken..];
            if (_used == _buffer.Length)
            {
                Flush();
            }
        }
    }

    /// <summary>Ends the section, filled up with zeros.</summary>
    /// <returns>Its checksum.</returns>
    public uint End()
    {
        Write(stackalloc byte[IndexFormat.Slack]);
        Write(stackalloc byte[(IndexFormat.Alignment - (_used % IndexFormat.Alignment)) % IndexFormat.Alignment]);
        Flush();
        var checksum = _checksum;
        _checksum = 0;
        return checksum;
    }

    private void Flush()
    {
        _checksum = IndexFormat.Checksum(_checksum, _buffer.AsSpan(0, _used));
        file.Write(_buffer, 0, _used);
        _used = 0;
    }
}
