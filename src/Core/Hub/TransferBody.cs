using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>
/// Reads the body of a response; a connection that breaks or stalls becomes a <see cref="BrokenTransferException"/>.
/// </summary>
internal sealed class TransferBody(string name, HttpResponseMessage response, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[1 << 16];
    private readonly CancellationTokenSource _stall = new(Timeout.InfiniteTimeSpan, clock);
    private Stream? _body;

    /// <summary>Returns the first bytes of those read last.</summary>
    public ReadOnlyMemory<byte> Bytes(int count) => _buffer.AsMemory(0, count);

    /// <summary>Reads on.</summary>
    /// <returns>How many bytes came; 0 at the end.</returns>
    public async Task<int> Read(CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stall.Token, cancellation);
        try
        {
            _stall.CancelAfter(Patience);
            _body ??= await response.Content.ReadAsStreamAsync(either.Token).ConfigureAwait(false);
            return await _body.ReadAsync(_buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException)
        {
            throw new BrokenTransferException($"{name}: the connection broke: {problem.Message}", problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException($"{name}: no byte came for {Patience.TotalSeconds} s", problem);
        }
    }

    /// <summary>Reads to the end.</summary>
    /// <param name="most">The longest body that is taken, in bytes.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <exception cref="LlmEfficiencyException">There is more.</exception>
    public async Task<byte[]> ReadAll(int most, CancellationToken cancellation)
    {
        using var all = new MemoryStream();
        for (int count; (count = await Read(cancellation).ConfigureAwait(false)) > 0;)
        {
            all.Write(_buffer, 0, count);
            if (all.Length > most)
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Network, $"{name}: the server answers with more than {most} bytes");
            }
        }

        return all.ToArray();
    }

    public void Dispose()
    {
        _stall.Dispose();
        _body?.Dispose();
    }
}
