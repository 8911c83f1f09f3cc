using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>Downloads models into the Hugging Face cache. A download that was cut goes on where it ended.</summary>
public sealed class HubClient : IDisposable
{
    private readonly HubSettings _settings;
    private readonly TimeProvider _clock;
    private readonly HubTransport _transport;
    private readonly HubCache _cache;
    private readonly Retries _retries;

    /// <summary>Creates a client.</summary>
    /// <param name="settings">The server and the cache.</param>
    /// <param name="clock">Waits between attempts; the system's clock if null.</param>
    public HubClient(HubSettings settings, TimeProvider? clock = null)
    {
        (_settings, _clock) = (settings, clock ?? TimeProvider.System);
        _retries = new Retries(_clock);
        (_transport, _cache) = (new HubTransport(settings), new HubCache(settings.CacheFolder));
    }

    /// <summary>Downloads the files of a model that are not in the cache yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="include">Patterns such as <c>*Q8_0.gguf</c>; if empty, what the model needs to run.</param>
    /// <param name="progress">Takes reports, some hundred for each GB; may be null.</param>
    /// <param name="cancellation">Stops the download; the next one goes on from there.</param>
    /// <returns>The folder with the files. They become visible together, when all are there and checked.</returns>
    /// <exception cref="LlmEfficiencyException">
    /// The server cannot be reached or answers wrongly (Network), does not have or give the model (Input), or the disk
    /// fails (Disk).
    /// </exception>
    /// <exception cref="OperationCanceledException">The download was stopped.</exception>
    public async Task<string> Pull(
        HubModelId model, IReadOnlyList<string> include, IProgress<PullProgress>? progress, CancellationToken cancellation)
    {
        if (_settings.IsOffline)
        {
            return _cache.Resolve(model);
        }

        try
        {
            var listing = await _retries.Run(
                () => ModelListing.Fetch(_transport, _clock, model, cancellation), () => 0, cancellation)
                .ConfigureAwait(false);
            var snapshot = new Snapshot(_cache.RepositoryFolder(model), listing.Commit);
            Directory.CreateDirectory(snapshot.BlobFolder);
            var missing =
                FileSelection.Choose(model, listing.Files, include).Where(file => !snapshot.Has(file)).ToList();
            var there = new List<RemoteFile>();
            foreach (var file in missing)
            {
                there.Add(await Bring(model, snapshot, file, Report(there.Count + 1, missing.Count), cancellation).ConfigureAwait(false));
            }

            there.ForEach(snapshot.Link);
            snapshot.SetReference(model.Revision);
            return snapshot.Folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Disk, $"{_cache.RepositoryFolder(model)}: cannot be written: {problem.Message}", problem);
        }

        Action<string, long, long?> Report(int number, int count) =>
            (file, bytes, size) => progress?.Report(new PullProgress(file, number, count, bytes, size));
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    // Returns the file with its hash and size; its blob is then there.
    private async Task<RemoteFile> Bring(
        HubModelId model, Snapshot snapshot, RemoteFile file, Action<string, long, long?> report, CancellationToken cancellation)
    {
        var commit = Path.GetFileName(snapshot.Folder);
        var path = $"/{model.Repository}/resolve/{commit}/{string.Join('/', file.Name.Split('/').Select(Uri.EscapeDataString))}";
        if (file.Hash is null)
        {
            var (hash, size) = await _retries.Run(
                () => _transport.Describe(path, file.Name, cancellation), () => 0, cancellation).ConfigureAwait(false);
            file = file with
            {
                Hash = hash ?? throw new LlmEfficiencyException(
                    ErrorKind.Network, $"{file.Name}: {_settings.Endpoint.Host} gives no hash to check the download with"),
                Size = size ?? file.Size,
            };
        }

        var reached = 0L;
        if (!File.Exists(Path.Join(snapshot.BlobFolder, file.Hash)))
        {
            var download = new BlobDownload(_transport, _clock, snapshot.BlobFolder);
            await _retries.Run(
                async () =>
                {
                    await download.Attempt(file, path, Reached, cancellation).ConfigureAwait(false);
                    return true;
                },
                () => reached,
                cancellation).ConfigureAwait(false);
        }

        return file;

        void Reached(long bytes, long? size)
        {
            reached = bytes;
            report(file.Name, bytes, size);
        }
    }
}
