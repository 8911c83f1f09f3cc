using System.IO.Compression;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>The bytes of a data file in their order, unpacked if its name ends in <c>.gz</c>.</summary>
public sealed class DataFile : IDisposable
{
    private readonly Stream _stream;

    /// <summary>Takes a stream.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="stream">The bytes, disposed with this object.</param>
    public DataFile(string name, Stream stream)
    {
        Name = name;
        _stream = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(stream, CompressionMode.Decompress)
            : stream;
    }

    /// <summary>Gets the path, for messages.</summary>
    public string Name { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="LlmEfficiencyException">The file is not there or may not be read.</exception>
    public static DataFile Open(string path)
    {
        try
        {
            return new DataFile(path, new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, problem);
        }
    }

    /// <summary>Reads up to as many bytes as fit; none at the end.</summary>
    /// <exception cref="LlmEfficiencyException">The file cannot be read or unpacked.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return _stream.Read(buffer);
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Unreadable(Name, problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>Returns the error for a file that the system does not give.</summary>
    internal static LlmEfficiencyException Unreadable(string name, Exception problem) =>
        new(ErrorKind.Input, $"{name}: cannot be read: {problem.Message.ReplaceLineEndings(" ")}", problem);
}
