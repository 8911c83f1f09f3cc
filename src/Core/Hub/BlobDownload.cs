using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>
/// Brings one file into the blobs: into <c>HASH.incomplete</c>, checked while it streams, then renamed.
/// </summary>
internal sealed class BlobDownload(HubTransport transport, TimeProvider clock, string blobFolder)
{
    /// <summary>Makes one attempt, from where the last one ended.</summary>
    /// <param name="file">The file; its hash is known.</param>
    /// <param name="path">Its path on the server.</param>
    /// <param name="report">Takes the number of bytes that are there, and the size.</param>
    /// <param name="cancellation">Stops the download; what came stays for the next attempt.</param>
    /// <exception cref="BrokenTransferException">Another attempt may help.</exception>
    /// <exception cref="LlmEfficiencyException">The bytes have another hash, or cannot be written.</exception>
    public async Task Attempt(RemoteFile file, string path, Action<long, long?> report, CancellationToken cancellation)
    {
        var partial = Path.Join(blobFolder, $"{file.Hash}.incomplete");
        var stream = Open(partial);
        await using (stream.ConfigureAwait(false))
        {
            if (stream.Length > (file.Size ?? long.MaxValue))
            {
                stream.SetLength(0);
            }

            using var response =
                await transport.Get(path, stream.Length, file.Name, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode == 416 && stream.Length != file.Size)
            {
                var from = stream.Length;
                stream.SetLength(0);
                throw new BrokenTransferException($"{file.Name}: the server has no byte {from}");
            }

            var size = await Receive(file, response, stream, report, cancellation).ConfigureAwait(false);
            stream.Flush(flushToDisk: true);
            if (stream.Length < size)
            {
                throw new BrokenTransferException(
                    $"{file.Name}: the connection ended after {stream.Length} of {size} bytes");
            }
        }

        File.Move(partial, Path.Join(blobFolder, file.Hash), overwrite: true);
    }

    private static FileStream Open(string partial)
    {
        if (new FileInfo(partial).LinkTarget is { } target)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"{partial} is a link to {target}: remove it, downloads do not follow links");
        }

        return new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    private async Task<long> Receive(
        RemoteFile file, HttpResponseMessage response, FileStream stream, Action<long, long?> report, CancellationToken cancellation)
    {
        var range = response.Content.Headers.ContentRange;
        if ((int)response.StatusCode != 416 && ((int)response.StatusCode != 206 || range?.From != stream.Length))
        {
            stream.SetLength(0); // the server sends the whole file
        }

        var size = file.Size ?? AnnouncedSize(response, stream.Length)
            ?? throw new LlmEfficiencyException(
                ErrorKind.Network, $"{file.Name}: the server does not say how long the file is");
        using var hash = new BlobHash(file.Hash!, size);
        await HashExisting(stream, hash, cancellation).ConfigureAwait(false);
        if ((int)response.StatusCode != 416)
        {
            await Append(file, response, stream, hash, size, report, cancellation).ConfigureAwait(false);
        }

        if (stream.Length >= size && (stream.Length > size || !hash.IsRight()))
        {
            stream.SetLength(0);
            throw new LlmEfficiencyException(
                ErrorKind.Network, $"{file.Name}: the bytes received do not have the size {size} and hash {file.Hash}; nothing was kept, try again");
        }

        return size;
    }

    private static long? AnnouncedSize(HttpResponseMessage response, long start) =>
        start == 0 ? response.Content.Headers.ContentLength : response.Content.Headers.ContentRange?.Length;

    private static async Task HashExisting(FileStream stream, BlobHash hash, CancellationToken cancellation)
    {
        var buffer = new byte[1 << 16];
        stream.Position = 0;
        for (int count; (count = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0;)
        {
            hash.Append(buffer.AsSpan(0, count));
        }
    }

    private async Task Append(
        RemoteFile file,
        HttpResponseMessage response,
        FileStream stream,
        BlobHash hash,
        long size,
        Action<long, long?> report,
        CancellationToken cancellation)
    {
        using var body = new TransferBody(file.Name, response, clock);
        for (int count; stream.Length <= size && (count = await body.Read(cancellation).ConfigureAwait(false)) > 0;)
        {
            hash.Append(body.Bytes(count).Span);
            await stream.WriteAsync(body.Bytes(count), CancellationToken.None).ConfigureAwait(false);
            report(stream.Length, size);
        }
    }
}
