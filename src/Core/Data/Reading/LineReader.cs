using System.Globalization;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>The lines of a file as bytes, without their ends, each of bounded length.</summary>
/// <param name="file">The file.</param>
/// <param name="maxLength">The longest line that is believed, in bytes.</param>
public sealed class LineReader(DataFile file, int maxLength = 1 << 26)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Gets the number of the current line, from 1 on.</summary>
    public long Number { get; private set; }

    /// <summary>Returns the next line; null behind the last.</summary>
    /// <exception cref="LlmEfficiencyException">The line is too long, or the file cannot be read.</exception>
    public byte[]? Next()
    {
        Number++;
        var line = new List<byte>();
        var isBegun = false;
        while (Fill())
        {
            isBegun = true;
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest.IndexOf((byte)'\n');
            line.AddRange(length < 0 ? rest : rest[..length]);
            _start += length < 0 ? rest.Length : length + 1;
            if (line.Count > maxLength)
            {
                throw new LlmEfficiencyException(ErrorKind.Input, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{file.Name}:{Number}: the line is longer than {maxLength} bytes; is this file JSON Lines?"));
            }

            if (length >= 0)
            {
                break;
            }
        }

        return isBegun ? [.. line] : null;
    }

    private bool Fill()
    {
        if (_start == _end)
        {
            (_start, _end) = (0, file.Read(_buffer));
        }

        return _start < _end;
    }
}
