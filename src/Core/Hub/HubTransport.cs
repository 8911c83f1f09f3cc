using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>Asks the server, follows redirects, and shows the token to the server's own address only.</summary>
internal sealed class HubTransport(HubSettings settings) : IDisposable
{
    private const int MostRedirects = 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        Timeout = TimeSpan.FromSeconds(30), // until the headers are there
    };

    /// <summary>Gets a response with a status of success, or 416 for a range beyond the end.</summary>
    /// <param name="path">The path and query below the endpoint.</param>
    /// <param name="from">The first byte to send.</param>
    /// <param name="what">What is asked for, for messages.</param>
    /// <param name="cancellation">Stops the request.</param>
    /// <exception cref="BrokenTransferException">The server is busy or the connection broke.</exception>
    /// <exception cref="LlmEfficiencyException">The server refuses.</exception>
    public async Task<HttpResponseMessage> Get(string path, long from, string what, CancellationToken cancellation) =>
        await Follow(HttpMethod.Get, path, from, what, _ => false, cancellation).ConfigureAwait(false);

    /// <summary>
    /// Asks for the hash and size of a file, which the server itself knows, before any redirect to a storage host.
    /// </summary>
    public async Task<(string? Hash, long? Size)> Describe(string path, string what, CancellationToken cancellation)
    {
        using var response = await Follow(
            HttpMethod.Head, path, 0, what, r => Header(r, "X-Linked-ETag") is not null, cancellation)
            .ConfigureAwait(false);
        var size = long.TryParse(
            Header(response, "X-Linked-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var linked)
            ? linked
            : Header(response, "X-Linked-ETag") is null ? response.Content.Headers.ContentLength : null;
        return (RemoteName.Hash(Header(response, "X-Linked-ETag") ?? Header(response, "ETag")), size);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> Follow(
        HttpMethod method, string path, long from, string what, Func<HttpResponseMessage, bool> isEnough, CancellationToken cancellation)
    {
        var address = new Uri(settings.Endpoint.AbsoluteUri.TrimEnd('/') + path);
        for (var redirects = 0; redirects <= MostRedirects; redirects++)
        {
            var response = await Send(method, address, from, cancellation).ConfigureAwait(false);
            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || isEnough(response))
            {
                return Checked(response, what);
            }

            using (response)
            {
                address = Target(address, response.Headers.Location, what);
            }
        }

        throw new LlmEfficiencyException(
            ErrorKind.Network, $"{what}: the server redirects more than {MostRedirects} times");
    }

    private async Task<HttpResponseMessage> Send(
        HttpMethod method, Uri address, long from, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("llmeff", "0.1"));
        request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
        if (settings.Token is { } token && IsEndpoint(address))
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException problem)
        {
            throw new BrokenTransferException($"{address.Host} cannot be reached: {problem.Message}", problem);
        }
        catch (OperationCanceledException problem) when (!cancellation.IsCancellationRequested)
        {
            throw new BrokenTransferException($"{address.Host} does not answer", problem);
        }
    }

    private bool IsEndpoint(Uri address) =>
        (address.Scheme, address.Host, address.Port) == (
            settings.Endpoint.Scheme, settings.Endpoint.Host, settings.Endpoint.Port);

    private static Uri Target(Uri from, Uri? location, string what)
    {
        var target = location is null ? null : new Uri(from, location);
        return target is not null && (target.Scheme == "https" || (target.Scheme == "http" && from.Scheme == "http"))
            ? target
            : throw new LlmEfficiencyException(
                ErrorKind.Network, $"{what}: the server redirects to '{location}', which is no safe address");
    }

    private HttpResponseMessage Checked(HttpResponseMessage response, string what)
    {
        var status = (int)response.StatusCode;
        if (status < 400 || response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return response;
        }

        response.Dispose();
        throw status switch
        {
            401 or 403 => new LlmEfficiencyException(ErrorKind.Input, $"{what}: {settings.Endpoint.Host} refuses access ({status}): "
                + (settings.Token is null ? "it is private, gated or not there; set HF_TOKEN" : "the token in HF_TOKEN may not read it")),
            404 => new LlmEfficiencyException(
                ErrorKind.Input, $"{what}: not on {settings.Endpoint.Host} (404): check the name and the revision"),
            408 or 429 or >= 500 => new BrokenTransferException($"{settings.Endpoint.Host} answers {status}"),
            _ => new LlmEfficiencyException(ErrorKind.Network, $"{what}: {settings.Endpoint.Host} answers {status}"),
        };
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
