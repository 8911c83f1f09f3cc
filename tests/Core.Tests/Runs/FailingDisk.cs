using LlmEfficiency.Core.Runs;
using Xunit;

namespace LlmEfficiency.Core.Tests.Runs;

/// <summary>
/// A disk that does not wait for the hardware, on which one operation fails, or that one and all after it, as on a full disk.
/// </summary>
/// <param name="failAt">The index of the first operation that fails.</param>
/// <param name="forEver">Whether all later ones fail too.</param>
internal sealed class FailingDisk(int failAt = int.MaxValue, bool forEver = false) : IFileOperations
{
    private readonly DiskOperations _disk = new();

    /// <summary>Gets what was asked for, in order.</summary>
    public List<string> Calls { get; } = [];

    public void CreateFolder(string path) => Do($"folder {Path.GetFileName(path)}", () => _disk.CreateFolder(path));

    public Stream Create(string path)
    {
        var name = Path.GetFileName(path);
        Do($"create {name}", () => { });
        return new FailingStream(_disk.Create(path), () => Do($"write {name}", () => { }));
    }

    public void Flush(Stream file) => Do("flush", () => file.Flush());

    public void FlushFile(string path) => Do($"flush {Path.GetFileName(path)}", () => Assert.True(File.Exists(path)));

    public void FlushFolder(string path) => Do($"flush folder {Path.GetFileName(path)}", () => Assert.True(Directory.Exists(path)));

    public void Move(string source, string target) =>
        Do($"move {Path.GetFileName(source)} {Path.GetFileName(target)}", () => _disk.Move(source, target));

    public void DeleteFolder(string path) => Do($"delete {Path.GetFileName(path)}", () => _disk.DeleteFolder(path));

    private void Do(string call, Action action)
    {
        var index = Calls.Count;
        Calls.Add(call);
        if (forEver ? index >= failAt : index == failAt)
        {
            throw new IOException($"No space left on device: {call}");
        }

        action();
    }

    private sealed class FailingStream(Stream inner, Action beforeWrite) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer[..(buffer.Length / 2)]); // a full disk takes a part
            beforeWrite();
            inner.Write(buffer[(buffer.Length / 2)..]);
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
