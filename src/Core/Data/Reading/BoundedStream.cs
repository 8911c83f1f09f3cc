namespace LlmEfficiency.Core.Data.Reading;

/// <summary>A file in which reading behind the end is an error: a reader that waits for more must not wait for ever.</summary>
/// <param name="inner">The file, seekable; not disposed here.</param>
internal sealed class BoundedStream(Stream inner) : Stream
{
    private const int MaxReadsAtEnd = 100; // some readers look there a few times, rightly

    private int _readsAtEnd;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        return read > 0 || buffer.IsEmpty || ++_readsAtEnd < MaxReadsAtEnd
            ? read
            : throw new EndOfStreamException("it is read far behind its end");
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
