namespace LlmEfficiency.Core.Storage;

/// <summary>Where programs of a user keep what can be made again.</summary>
public static class UserCache
{
    /// <summary>Gets the folder, <c>XDG_CACHE_HOME</c> or <c>~/.cache</c>; null where there is no home.</summary>
    public static string? Folder
    {
        get
        {
            var named = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
            if (Path.IsPathFullyQualified(named ?? string.Empty))
            {
                return named;
            }

            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            return home.Length == 0 ? null : Path.Join(home, ".cache");
        }
    }
}
