using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace LlmEfficiency.Core.Generation;

/// <summary>Pieces as an asynchronous sequence, for servers and user interfaces.</summary>
public static class GeneratorStreaming
{
    /// <summary>
    /// Continues one prompt on a thread of the pool and yields its pieces. Cancelling ends the sequence with a last
    /// piece that says so; leaving the loop early ends the work.
    /// </summary>
    /// <param name="generator">How to continue.</param>
    /// <param name="request">What to continue.</param>
    /// <param name="cancellation">Ends the sequence after the current pass.</param>
    public static async IAsyncEnumerable<GeneratedPiece> StreamAsync(
        this IGenerator generator,
        GenerationRequest request,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var pieces = Channel.CreateUnbounded<GeneratedPiece>(new UnboundedChannelOptions { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var work = Task.Run(Work, CancellationToken.None);
        try
        {
            // The generator itself looks at the token, so that its last piece still arrives.
            await foreach (var piece in pieces.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                yield return piece;
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
        }

        void Work()
        {
            try
            {
                generator.Generate([request], piece => pieces.Writer.TryWrite(piece), stop.Token);
            }
            finally
            {
                pieces.Writer.Complete();
            }
        }
    }
}
