namespace LlmEfficiency.Core.Hub;

/// <summary>Where models come from and where they are kept: the settings that Python tools read, too.</summary>
public sealed record HubSettings
{
    /// <summary>Gets the server. Default https://huggingface.co.</summary>
    public Uri Endpoint { get; init; } = new("https://huggingface.co");

    /// <summary>Gets the access token, sent to <see cref="Endpoint"/> and to no other host; null without one.</summary>
    public string? Token { get; init; }

    /// <summary>Gets whether the network is off limits.</summary>
    public bool IsOffline { get; init; }

    /// <summary>Gets the cache folder, which holds <c>models--org--name</c> folders.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>
    /// Reads HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE and, for the cache, HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME,
    /// XDG_CACHE_HOME; otherwise the cache is <c>~/.cache/huggingface/hub</c>.
    /// </summary>
    /// <param name="variable">Returns an environment variable, or null.</param>
    /// <param name="homeFolder">The user's home folder.</param>
    /// <exception cref="Errors.LlmEfficiencyException">HF_ENDPOINT is no http address.</exception>
    public static HubSettings FromEnvironment(Func<string, string?> variable, string homeFolder)
    {
        var home = Given("HF_HOME") ?? Path.Join(
            Given("XDG_CACHE_HOME") ?? Path.Join(homeFolder, ".cache"), "huggingface");
        return new HubSettings
        {
            Endpoint = Address(Given("HF_ENDPOINT") ?? "https://huggingface.co"),
            Token = Given("HF_TOKEN"),
            IsOffline = Given("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "ON" or "YES" or "TRUE",
            CacheFolder = Given("HF_HUB_CACHE") ?? Given("HUGGINGFACE_HUB_CACHE") ?? Path.Join(home, "hub"),
        };

        string? Given(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
    }

    private static Uri Address(string text) =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) && (address.Scheme is "http" or "https")
            ? address
            : throw new Errors.LlmEfficiencyException(
                Errors.ErrorKind.Configuration, $"HF_ENDPOINT is '{text}': write an address such as https://huggingface.co");

    /// <summary>Reads the settings of this process and user.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">A variable has a value that cannot be used.</exception>
    public static HubSettings FromEnvironment() =>
        FromEnvironment(
            Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
}
