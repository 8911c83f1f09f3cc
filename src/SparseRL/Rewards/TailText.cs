using System.Text;

namespace LlmEfficiency.SparseRL.Rewards;

/// <summary>The end of what a stream says, read by a thread of its own, so that its writer never waits.</summary>
internal sealed class TailText
{
    private const int Kept = 500;

    private readonly Lock _gate = new();
    private byte[] _tail = [];

    /// <summary>Begins to read.</summary>
    public TailText(Stream stream) => new Thread(() => Read(stream)) { IsBackground = true, Name = "reward errors" }.Start();

    /// <summary>Returns the last line that was said, as far as it is kept.</summary>
    public string Text()
    {
        lock (_gate)
        {
            var text = Encoding.UTF8.GetString(_tail).Trim();
            return text[(text.LastIndexOf('\n') + 1)..];
        }
    }

    private void Read(Stream stream)
    {
        var buffer = new byte[1 << 13];
        try
        {
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                lock (_gate)
                {
                    byte[] all = [.. _tail, .. buffer.AsSpan(0, count)];
                    _tail = all[Math.Max(0, all.Length - Kept)..];
                }
            }
        }
        catch (Exception problem) when (problem is IOException or ObjectDisposedException)
        {
            // killed
        }
    }
}
