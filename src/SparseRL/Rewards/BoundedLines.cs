using System.Collections.Concurrent;
using System.Globalization;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>The lines of a stream that another program writes, read by a thread of their own, so that a wait for one can end.</summary>
internal sealed class BoundedLines : IDisposable
{
    private const int LongestLine = 1 << 16;
    private const int MostWaiting = 1 << 12;

    private readonly BlockingCollection<byte[]> _lines = new(MostWaiting);
    private readonly CancellationTokenSource _end = new();

    /// <summary>Begins to read.</summary>
    public BoundedLines(Stream stream)
    {
        var token = _end.Token;
        new Thread(() => Read(stream, token)) { IsBackground = true, Name = "rewards" }.Start();
    }

    /// <summary>Gets why there are no more lines, if not because the stream ended.</summary>
    public string? Problem { get; private set; }

    /// <summary>Waits for the next line that is not empty.</summary>
    /// <param name="wait">The longest time.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="isLate">Whether no line came in time, though some may yet.</param>
    /// <returns>The line without its end; null if none came.</returns>
    public byte[]? Next(TimeSpan wait, CancellationToken cancellation, out bool isLate)
    {
        wait = wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        var found = _lines.TryTake(out var line, (int)Math.Min(int.MaxValue, wait.TotalMilliseconds), cancellation);
        isLate = !found && !_lines.IsCompleted;
        return line;
    }

    /// <summary>Ends the reading. The stream may be one that others hold open: a pending read ends with it.</summary>
    public void Dispose() => _end.Cancel();

    private void Read(Stream stream, CancellationToken token)
    {
        var (buffer, line) = (new byte[1 << 13], new List<byte>());
        try
        {
            for (int count; !token.IsCancellationRequested && (count = stream.Read(buffer)) > 0;)
            {
                foreach (var value in buffer.AsSpan(0, count))
                {
                    if (value != '\n')
                    {
                        line.Add(value);
                    }
                    else if (line.Exists(letter => letter is not ((byte)' ' or (byte)'\t' or (byte)'\r')))
                    {
                        _lines.Add([.. line], token);
                        line.Clear();
                    }
                }

                if (line.Count > LongestLine)
                {
                    Problem = string.Create(CultureInfo.InvariantCulture, $"it wrote a line of more than {LongestLine} bytes");
                    break;
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // killed
        }

        _lines.CompleteAdding();
    }
}
