using System.Text;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>Finds the files that names, folders and patterns stand for.</summary>
public static class FilePatterns
{
    /// <summary>Returns the files, those of each pattern in ordinal order, each once.</summary>
    /// <param name="patterns">
    /// A file; a folder, for the files in it; or a pattern, in which <c>*</c> and <c>?</c> stand for characters of a
    /// name and <c>**</c> for any folders.
    /// </param>
    /// <exception cref="LlmEfficiencyException">A pattern finds nothing.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> patterns)
    {
        var files = new List<string>();
        foreach (var pattern in patterns)
        {
            var found = Find(pattern);
            files.AddRange(found.Length > 0
                ? found
                : throw new LlmEfficiencyException(ErrorKind.Input, $"{pattern}: there is no such file; check the path"));
        }

        return [.. files.Distinct(StringComparer.Ordinal)];
    }

    private static string[] Find(string pattern)
    {
        try
        {
            if (File.Exists(pattern))
            {
                return [pattern];
            }

            var name = pattern.Replace('\\', '/');
            var wildcard = name.AsSpan().IndexOfAny('*', '?');
            if (wildcard < 0)
            {
                return Directory.Exists(pattern) ? Sorted(Directory.EnumerateFiles(pattern)) : [];
            }

            var root = name[..(name.LastIndexOf('/', wildcard) + 1)];
            var folder = root.Length == 0 ? "." : root;
            const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
            var regex = new Regex(Expression(name[root.Length..]), Options);
            var depth = name.AsSpan(wildcard).Contains('/') || name.Contains("**", StringComparison.Ordinal)
                ? SearchOption.AllDirectories
                : SearchOption.TopDirectoryOnly;
            return !Directory.Exists(folder)
                ? []
                : Sorted(Directory.EnumerateFiles(folder, "*", depth).Where(file =>
                    regex.IsMatch(Path.GetRelativePath(folder, file).Replace('\\', '/'))));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw DataFile.Unreadable(pattern, problem);
        }
    }

    private static string[] Sorted(IEnumerable<string> files) => [.. files.Order(StringComparer.Ordinal)];

    private static string Expression(string pattern)
    {
        var expression = new StringBuilder("^");
        for (var i = 0; i < pattern.Length; i++)
        {
            var isDeep = pattern[i] == '*' && i + 1 < pattern.Length && pattern[i + 1] == '*';
            if (isDeep && i + 2 < pattern.Length && pattern[i + 2] == '/')
            {
                expression.Append("(.*/)?"); // no folder or any number
                i += 2;
            }
            else if (isDeep)
            {
                expression.Append(".*");
                i++;
            }
            else
            {
                expression.Append(pattern[i] switch { '*' => "[^/]*", '?' => "[^/]", var c => Regex.Escape(c.ToString()) });
            }
        }

        return expression.Append('$').ToString();
    }
}
