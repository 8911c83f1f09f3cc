using System.Text.Json;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>What the server says of a model: its commit and files.</summary>
/// <param name="Commit">The commit, 40 hexadecimal digits.</param>
/// <param name="Files">All files.</param>
internal sealed record ModelListing(string Commit, IReadOnlyList<RemoteFile> Files)
{
    private const int MostBytes = 1 << 25;

    /// <summary>Asks the server once.</summary>
    /// <exception cref="BrokenTransferException">Another attempt may help.</exception>
    /// <exception cref="LlmEfficiencyException">The server refuses, or its answer cannot be used.</exception>
    public static async Task<ModelListing> Fetch(
        HubTransport transport, TimeProvider clock, HubModelId model, CancellationToken cancellation)
    {
        var path = $"/api/models/{model.Repository}/revision/{Uri.EscapeDataString(model.Revision)}?blobs=true";
        using var response = await transport.Get(path, 0, model.ToString(), cancellation).ConfigureAwait(false);
        using var body = new TransferBody(model.ToString(), response, clock);
        return Read(model, await body.ReadAll(MostBytes, cancellation).ConfigureAwait(false));
    }

    /// <summary>Reads the answer to <c>/api/models/{id}/revision/{revision}?blobs=true</c>.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// The answer is no listing, or names a file outside the model's folder.
    /// </exception>
    public static ModelListing Read(HubModelId model, byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var commit = RemoteName.Hash(Text(root, "sha"));
            if (commit is not { Length: 40 } || Member(root, "siblings") is not { ValueKind: JsonValueKind.Array } siblings)
            {
                throw Wrong(model, "it lacks 'sha' or 'siblings'");
            }

            return new ModelListing(commit, [.. siblings.EnumerateArray().Select(file => ReadFile(model, file))]);
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw Wrong(model, problem.Message, problem);
        }
    }

    private static RemoteFile ReadFile(HubModelId model, JsonElement file)
    {
        var name = Text(file, "rfilename") ?? throw Wrong(model, "a file has no name");
        if (!RemoteName.IsSafe(name))
        {
            throw Wrong(model, $"the file name {JsonSerializer.Serialize(name)} could lead out of the model's folder");
        }

        var large = Member(file, "lfs");
        var hash = RemoteName.Hash(
            Text(large, "sha256") ?? Text(large, "oid") ?? (large is null ? Text(file, "blobId") : null));
        return new RemoteFile(name, hash, Number(large, "size") ?? Number(file, "size"));
    }

    private static LlmEfficiencyException Wrong(HubModelId model, string problem, Exception? cause = null) =>
        new(ErrorKind.Network, $"the server's list of files of {model} cannot be used: {problem}", cause);

    private static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty(name, out var value)
            && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    private static string? Text(JsonElement? parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static long? Number(JsonElement? parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) && number >= 0
            ? number
            : null;
}
