using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Hub;

/// <summary>Names that a server gives. A hostile one could name any file of the disk.</summary>
internal static class RemoteName
{
    /// <summary>Returns whether a name stays inside the folder it is put into, on every system.</summary>
    public static bool IsSafe(string name) =>
        name.Length is > 0 and <= 1000 && name.Split('/').All(IsSafePart) && !name.Any(
            c => c is '\\' or ':' || char.IsControl(c));

    /// <summary>Returns the hash in an ETag or listing, or null if it is neither a sha256 nor a sha1.</summary>
    public static string? Hash(string? text)
    {
        text = text?.Trim().Replace("W/", "", StringComparison.Ordinal).Trim('"').ToLowerInvariant();
        return text is { Length: 40 or 64 } && text.All(char.IsAsciiHexDigitLower) ? text : null;
    }

    /// <summary>
    /// Throws if a folder on the way from <paramref name="root"/> to a file is a link, which could lead elsewhere.
    /// </summary>
    public static void RefuseLinkedFolders(string root, string name)
    {
        var path = root;
        foreach (var part in name.Split('/')[..^1].Prepend(""))
        {
            path = Path.Join(path, part);
            if (new DirectoryInfo(path) is { Exists: true, LinkTarget: { } target })
            {
                throw new LlmEfficiencyException(
                    ErrorKind.Input, $"{path} is a link to {target}: remove it, downloads do not follow links");
            }
        }
    }

    private static bool IsSafePart(string part) =>
        part is not ("" or "." or "..") && part.Length <= 255 && !part.EndsWith('.') && !part.EndsWith(' ');
}
