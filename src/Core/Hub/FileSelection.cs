using System.IO.Enumeration;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>Chooses the files that a model needs.</summary>
internal static class FileSelection
{
    private static readonly string[] Small = ["*.json", "*.txt", "*.model", "*.tiktoken", "*.jinja"];

    /// <summary>
    /// Without patterns: settings and tokenizer files, and the safetensors, or else <c>pytorch_model*.bin</c>, of the
    /// top folder. With patterns: all files that match one.
    /// </summary>
    /// <exception cref="LlmEfficiencyException">No file fits; the message lists what is there.</exception>
    public static IReadOnlyList<RemoteFile> Choose(
        HubModelId model, IReadOnlyList<RemoteFile> files, IReadOnlyList<string> patterns)
    {
        var chosen = patterns.Count > 0 ? [.. files.Where(file => Fits(file, patterns))] : Needed(files);
        return chosen.Count > 0 && (patterns.Count > 0 || chosen.Any(file => !Fits(file, Small)))
            ? chosen
            : throw new LlmEfficiencyException(
                ErrorKind.Input, $"{model} has no {Wanted(patterns)}: choose with --include from {Shown(files)}");
    }

    private static List<RemoteFile> Needed(IReadOnlyList<RemoteFile> files)
    {
        var top = files.Where(file => !file.Name.Contains('/', StringComparison.Ordinal)).ToList();
        var weights = top.Where(file => Fits(file, ["*.safetensors"])).ToList();
        weights = weights.Count == 0 ? [.. top.Where(file => Fits(file, ["pytorch_model*.bin"]))]
            : weights.Any(file => !Fits(file, ["consolidated*"])) ? [.. weights.Where(file => !Fits(file, ["consolidated*"]))]
            : weights;
        return [.. top.Where(file => Fits(file, Small)), .. weights];
    }

    private static bool Fits(RemoteFile file, IReadOnlyList<string> patterns) =>
        patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, file.Name, ignoreCase: false));

    private static string Wanted(IReadOnlyList<string> patterns) =>
        patterns.Count > 0
            ? $"file that fits {string.Join(", ", patterns)}"
            : "safetensors and no pytorch_model.bin in its top folder";

    private static string Shown(IReadOnlyList<RemoteFile> files) =>
        files.Count == 0
            ? "nothing"
            : string.Join(", ", files.Take(20).Select(file => file.Name)) + (files.Count > 20 ? ", ..." : "");
}
