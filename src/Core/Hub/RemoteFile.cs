namespace LlmEfficiency.Core.Hub;

/// <summary>A file of a model on the server.</summary>
/// <param name="Name">
/// The path in the model's folder, with forward slashes; checked by <see cref="RemoteName"/>.
/// </param>
/// <param name="Hash">
/// sha256 (64 digits) of a large file, git's blob sha1 (40) of a small one; null if the server has not said yet.
/// </param>
/// <param name="Size">Bytes, if known.</param>
internal sealed record RemoteFile(string Name, string? Hash, long? Size);
