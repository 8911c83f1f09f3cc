using System.IO.MemoryMappedFiles;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Storage;

/// <summary>
/// The bytes of a file, mapped into memory and never read outside. All formats read through <see cref="Slice"/>, the
/// one place where a pointer becomes a span.
/// </summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _map;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly byte* _start;
    private readonly byte[]? _bytes;
    private bool _isDisposed;

    private MappedFile(string name, MemoryMappedFile? map, MemoryMappedViewAccessor? view, long length)
    {
        (Name, _map, _view, Length) = (name, map, view, length);
        if (view is not null)
        {
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
            _start += view.PointerOffset;
        }
    }

    private MappedFile(string name, byte[] pinned)
    {
        (Name, _bytes, Length) = (name, pinned, pinned.Length);
        _start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(
            ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));
    }

    /// <summary>Gets the path, for messages.</summary>
    public string Name { get; }

    /// <summary>Gets the size in bytes.</summary>
    public long Length { get; }

    /// <summary>Maps a file for reading.</summary>
    /// <exception cref="LlmEfficiencyException">The file is not there or may not be read.</exception>
    public static MappedFile Open(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            if (file.Length == 0)
            {
                return new MappedFile(path, null, null, 0); // an empty file cannot be mapped
            }

            var map = MemoryMappedFile.CreateFromFile(
                file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            return new MappedFile(path, map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), file.Length);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }

    /// <summary>Holds a copy of <paramref name="bytes"/> in memory, for content that never was a file.</summary>
    public static MappedFile FromBytes(string name, ReadOnlySpan<byte> bytes)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned);
        return new MappedFile(name, pinned);
    }

    /// <summary>Returns bytes of the file.</summary>
    /// <exception cref="MalformedFileException">The range reaches outside the file.</exception>
    public ReadOnlySpan<byte> Slice(long offset, int length)
    {
        Check(offset, length);
        return new ReadOnlySpan<byte>(_start + offset, length);
    }

    /// <summary>Returns the address of a range, for a tensor that lies in the mapping.</summary>
    /// <exception cref="MalformedFileException">The range reaches outside the file.</exception>
    public IntPtr AddressOf(long offset, long length)
    {
        Check(offset, length);
        return (IntPtr)(_start + offset);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            GC.KeepAlive(_bytes); // the pinned array lives as long as this object
            _view?.SafeMemoryMappedViewHandle.ReleasePointer();
            _view?.Dispose();
            _map?.Dispose();
        }
    }

    private void Check(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (offset < 0 || length < 0 || offset > Length || length > Length - offset)
        {
            throw new MalformedFileException(
                Name, offset, $"{length} bytes are needed here, the file has {Length}: it is cut short or damaged");
        }
    }
}
