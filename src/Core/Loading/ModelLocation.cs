using LlmEfficiency.Core.Errors;

namespace LlmEfficiency.Core.Loading;

/// <summary>Where a model lies and in which form.</summary>
/// <param name="Name">What the user called it.</param>
/// <param name="Path">The folder or file.</param>
/// <param name="Form">What is there.</param>
public sealed record ModelLocation(string Name, string Path, ModelForm Form)
{
    /// <summary>Finds a model.</summary>
    /// <param name="name">A folder, a file, or <c>org/name[@revision]</c> in the Hugging Face cache.</param>
    /// <exception cref="LlmEfficiencyException">Nothing of that name is there; the message says where it was looked for.</exception>
    public static ModelLocation Find(string name)
    {
        if (Directory.Exists(name))
        {
            return new ModelLocation(name, name, ModelForm.Folder);
        }

        if (File.Exists(name))
        {
            return new ModelLocation(name, name, IsGguf(name) ? ModelForm.Gguf : ModelForm.Llama2c);
        }

        return new ModelLocation(name, FindInCache(name), ModelForm.Folder);
    }

    private static string FindInCache(string name) => throw new LlmEfficiencyException(ErrorKind.Input, name);

    private static bool IsGguf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[4];
            return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("GGUF"u8);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }
}
