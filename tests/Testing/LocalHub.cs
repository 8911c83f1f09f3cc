using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LlmEfficiency.Testing;

/// <summary>A hub with one model on 127.0.0.1, which can misbehave as a test wishes. One request a connection.</summary>
public sealed class LocalHub : IDisposable
{
    /// <summary>The only commit.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Begins to listen on a free port.</summary>
    public LocalHub()
    {
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = Serve();
    }

    /// <summary>Gets the address, for <c>HF_ENDPOINT</c>.</summary>
    public Uri Address { get; }

    /// <summary>Gets the files of the model <c>org/tiny</c>.</summary>
    public IDictionary<string, byte[]> Files { get; } = new Dictionary<string, byte[]>();

    /// <summary>Gets the requests: method, path, range, whether a token came.</summary>
    public ConcurrentQueue<(string Method, string Path, string? Range, string? Token)> Requests { get; } = new();

    /// <summary>Gets whether the listing has hashes.</summary>
    public bool ListsHashes { get; init; } = true;

    /// <summary>Gets or sets what is answered instead of a listing.</summary>
    public byte[]? Listing { get; set; }

    /// <summary>Gets whether answers have hashes.</summary>
    public bool SendsHashes { get; init; } = true;

    /// <summary>Gets after how many bytes of a body the connection is cut, for the next requests.</summary>
    public Queue<int> Cuts { get; } = new();

    /// <summary>Gets the statuses of the next requests, before any success.</summary>
    public Queue<int> Failures { get; } = new();

    /// <summary>Gets or sets a false hash to tell.</summary>
    public string? Sha256Lie { get; set; }

    /// <summary>Gets or sets another server, to which large files are redirected.</summary>
    public Uri? Storage { get; set; }

    /// <summary>Gets whether a request for a part is answered with the whole.</summary>
    public bool IgnoresRange { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private static string GitHash(byte[] content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes($"blob {content.Length}\0"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsLarge(string name) => !name.EndsWith(".json", StringComparison.Ordinal);

    private string Hash(string name) =>
        IsLarge(name) ? Sha256Lie ?? Convert.ToHexStringLower(SHA256.HashData(Files[name])) : GitHash(Files[name]);

    private async Task Serve()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await _listener.AcceptTcpClientAsync(_stop.Token).ConfigureAwait(false);
                await Answer(connection.GetStream()).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                continue; // the client went away, or the test is over
            }
        }
    }

    private async Task Answer(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var first = (await reader.ReadLineAsync(_stop.Token).ConfigureAwait(false) ?? "").Split(' ');
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync(_stop.Token).ConfigureAwait(false) is { Length: > 0 } line)
        {
            headers[line[..line.IndexOf(':', StringComparison.Ordinal)]] = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        }

        var path = Uri.UnescapeDataString(first[1]);
        Requests.Enqueue((first[0], path, headers.GetValueOrDefault("Range"), headers.GetValueOrDefault("Authorization")));
        var (status, fields, body) = Respond(path, headers.GetValueOrDefault("Range"));
        var head = $"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {body.Length}\r\n{fields}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token).ConfigureAwait(false);
        if (first[0] != "HEAD")
        {
            var isCut = path.EndsWith(".safetensors", StringComparison.Ordinal) && Cuts.Count > 0;
            var length = isCut && body.Length > 0 ? Math.Min(Cuts.Dequeue(), body.Length) : body.Length;
            await stream.WriteAsync(body.AsMemory(0, length), _stop.Token).ConfigureAwait(false);
        }
    }

    private (int Status, string Fields, byte[] Body) Respond(string path, string? range)
    {
        if (Failures.TryDequeue(out var failure))
        {
            return (failure, "", []);
        }

        if (path == "/api/models/org/tiny/revision/main?blobs=true")
        {
            return (200, "", Listing
                ?? JsonSerializer.SerializeToUtf8Bytes(new { sha = Commit, siblings = Files.Keys.Select(Sibling) }));
        }

        var name = path.Split($"/resolve/{Commit}/").ElementAtOrDefault(1);
        if (name is null || !Files.TryGetValue(name, out var content))
        {
            return (404, "", []);
        }

        var etag = SendsHashes ? $"{(IsLarge(name) ? "X-Linked-ETag" : "ETag")}: \"{Hash(name)}\"\r\n" : "";
        if (IsLarge(name) && Storage is not null)
        {
            return (302, $"{etag}X-Linked-Size: {content.Length}\r\nLocation: {new Uri(Storage, path)}\r\n", []);
        }

        if (range is null || IgnoresRange)
        {
            return (200, etag, content);
        }

        var from = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return from >= content.Length
            ? (416, "", [])
            : (206, $"{etag}Content-Range: bytes {from}-{content.Length - 1}/{content.Length}\r\n", content[from..]);
    }

    private object Sibling(string name) =>
        !ListsHashes ? new { rfilename = name }
        : IsLarge(name) ? new { rfilename = name, size = Files[name].Length, lfs = new { sha256 = Hash(name), size = Files[name].Length } }
        : new { rfilename = name, size = Files[name].Length, blobId = Hash(name) };
}
