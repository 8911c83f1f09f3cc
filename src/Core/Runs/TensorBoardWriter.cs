using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Core.Runs;

/// <summary>
/// Writes scalars for TensorBoard: TFRecord frames around <c>tensorflow.Event</c> messages of Protocol Buffers.
/// </summary>
public sealed class TensorBoardWriter : IDisposable
{
    // Wire types of Protocol Buffers, below the field number in a tag.
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    private readonly string _path;
    private readonly FileStream _file;

    /// <summary>Begins an event file.</summary>
    /// <param name="folder">What <c>tensorboard --logdir</c> is given; made if it is not there.</param>
    /// <param name="time">The clock; a later file of the same folder sorts behind an earlier one.</param>
    /// <exception cref="LlmEfficiencyException">The file cannot be made.</exception>
    public TensorBoardWriter(string folder, TimeProvider time)
    {
        var now = time.GetUtcNow();
        _path = Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{now.ToUnixTimeSeconds():D10}.llmeff.{Guid.NewGuid():N}"));
        _file = OnDisk(() =>
        {
            Directory.CreateDirectory(folder);
            return new FileStream(_path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        });
        Write(
            Field(1, Fixed64, DoubleBytes(Seconds(now))),
            Field(3, Bytes, Encoding.ASCII.GetBytes("brain.Event:2"))); // the version every reader asks for first
    }

    /// <summary>Adds a number.</summary>
    /// <param name="tag">The chart; parts separated by '/' make groups.</param>
    /// <param name="step">The optimizer steps done.</param>
    /// <param name="value">The number; TensorBoard keeps 32 bits of it.</param>
    /// <param name="wallTime">When it was measured.</param>
    /// <exception cref="LlmEfficiencyException">The disk is full or fails.</exception>
    public void Scalar(string tag, long step, double value, DateTimeOffset wallTime)
    {
        var number = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, (float)value);
        byte[] row = [.. Field(1, Bytes, Encoding.UTF8.GetBytes(tag)), .. Field(2, Fixed32, number)];
        Write(
            Field(1, Fixed64, DoubleBytes(Seconds(wallTime))),
            Field(2, Varint, VarintBytes((ulong)step)),
            Field(5, Bytes, Field(1, Bytes, row)));
    }

    /// <summary>Hands all numbers to the system, so that TensorBoard sees them.</summary>
    /// <exception cref="LlmEfficiencyException">The disk is full or fails.</exception>
    public void Flush() => OnDisk(() =>
    {
        _file.Flush();
        return _file;
    });

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A checksum of data that itself holds checksums would be weak: TFRecord turns and shifts it.
    private static byte[] Masked(ReadOnlySpan<byte> bytes)
    {
        var result = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(result, BitOperations.RotateRight(Crc32C.Of(bytes), 15) + 0xA282EAD8);
        return result;
    }

    private static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static byte[] DoubleBytes(double value)
    {
        var result = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(result, value);
        return result;
    }

    private static byte[] Field(int number, int wireType, byte[] content) =>
    [
        .. VarintBytes((ulong)((number << 3) | wireType)),
        .. wireType == Bytes ? VarintBytes((ulong)content.Length) : [],
        .. content,
    ];

    // Seven bits a byte, lowest first; the highest bit says that more follow.
    private static byte[] VarintBytes(ulong value)
    {
        var result = new List<byte>();
        for (; value > 0x7F; value >>= 7)
        {
            result.Add((byte)(value | 0x80));
        }

        return [.. result, (byte)value];
    }

    private void Write(params byte[][] fields)
    {
        byte[] data = [.. fields.SelectMany(field => field)];
        var length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        byte[] frame = [.. length, .. Masked(length), .. data, .. Masked(data)];
        OnDisk(() =>
        {
            _file.Write(frame);
            return _file;
        });
    }

    private FileStream OnDisk(Func<FileStream> action)
    {
        try
        {
            return action();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Disk, $"{_path}: cannot be written: {problem.Message}", problem);
        }
    }
}
