using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>The models in a Hugging Face cache folder, found without the network.</summary>
/// <param name="folder">The folder that holds <c>models--org--name</c> folders.</param>
public sealed class HubCache(string folder)
{
    private const string Prefix = "models--";

    /// <summary>Gets the folder that holds <c>models--org--name</c> folders.</summary>
    public string Folder => folder;

    /// <summary>Lists the cached models as <c>org/name</c>, in alphabetical order.</summary>
    public IReadOnlyList<string> Models() =>
        !Directory.Exists(folder) ? [] :
        [
            .. Directory.EnumerateDirectories(folder, $"{Prefix}*")
                .Select(path => Path.GetFileName(path)[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Returns the folder of a cached model's files, or null.</summary>
    public string? TryResolve(HubModelId model)
    {
        var repository = RepositoryFolder(model);
        var reference = Path.Join(repository, "refs", model.Revision);
        var commit = File.Exists(reference) ? File.ReadAllText(reference).Trim() : model.Revision;
        var snapshot = Path.Join(repository, "snapshots", commit);
        return IsPlain(commit) && Directory.Exists(snapshot) ? snapshot : null;
    }

    /// <summary>Returns the folder of a cached model's files.</summary>
    /// <exception cref="LlmEfficiencyException">The model is not there; the message says what is.</exception>
    public string Resolve(HubModelId model)
    {
        if (TryResolve(model) is { } snapshot)
        {
            return snapshot;
        }

        var repository = RepositoryFolder(model);
        var found = Directory.Exists(repository)
            ? $"of {model.Repository} it holds the revisions {Shown(Revisions(repository))}"
            : $"it holds {Shown(Models())}";
        throw new LlmEfficiencyException(
            ErrorKind.Input, $"{model} is not in the cache {folder} ({found}): download it with 'llmeff model pull {model}'");
    }

    /// <summary>Returns the folder of a model's blobs, references and snapshots.</summary>
    internal string RepositoryFolder(HubModelId model) =>
        Path.Join(folder, Prefix + model.Repository.Replace("/", "--", StringComparison.Ordinal));

    private static bool IsPlain(string commit) =>
        commit.Length > 0 && commit.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static List<string> Revisions(string repository)
    {
        var references = Path.Join(repository, "refs");
        var snapshots = Path.Join(repository, "snapshots");
        var names = Directory.Exists(references)
            ? Directory.EnumerateFiles(references, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(references, path))
            : [];
        var commits = Directory.Exists(snapshots)
            ? Directory.EnumerateDirectories(snapshots).Select(path => Path.GetFileName(path))
            : [];
        return [.. names.Concat(commits).Order(StringComparer.Ordinal)];
    }

    private static string Shown(IReadOnlyList<string> names) =>
        names.Count == 0 ? "nothing" : string.Join(", ", names.Take(12)) + (
            names.Count > 12 ? $" and {names.Count - 12} more" : "");
}
