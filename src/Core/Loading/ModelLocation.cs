using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Hub;

namespace LlmEfficiency.Core.Loading;

/// <summary>Where a model lies and in which form.</summary>
/// <param name="Name">What the user called it.</param>
/// <param name="Path">The folder or file.</param>
/// <param name="Form">What is there.</param>
public sealed record ModelLocation(string Name, string Path, ModelForm Form)
{
    /// <summary>Finds a model.</summary>
    /// <param name="name">A folder, a file, or <c>org/name[@revision]</c> in the Hugging Face cache.</param>
    /// <param name="cache">The cache; the environment's if null.</param>
    /// <exception cref="LlmEfficiencyException">Nothing of that name is there; the message says where it was looked for.</exception>
    public static ModelLocation Find(string name, HubCache? cache = null)
    {
        if (File.Exists(name))
        {
            return new ModelLocation(name, name, IsGguf(name) ? ModelForm.Gguf : ModelForm.Llama2c);
        }

        if (Directory.Exists(name))
        {
            return InFolder(name, name);
        }

        var model = HubModelId.TryParse(name) ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"{name}: no such file or folder, and no name of the form org/name: give a folder, a .gguf file or a name");
        cache ??= new HubCache(HubSettings.FromEnvironment().CacheFolder);
        return InFolder(name, cache.Resolve(model));
    }

    // Some repositories hold one GGUF file and no configuration.
    private static ModelLocation InFolder(string name, string folder)
    {
        string[] files = File.Exists(System.IO.Path.Join(folder, HuggingFaceConfig.FileName)) ? [] : Directory.GetFiles(folder, "*.gguf");
        return files.Length switch
        {
            0 => new ModelLocation(name, folder, ModelForm.Folder),
            1 => new ModelLocation(name, files[0], ModelForm.Gguf),
            _ => throw new LlmEfficiencyException(
                ErrorKind.Input, $"{name}: holds {files.Length} GGUF files in {folder}: name one of them, such as {files.Order(StringComparer.Ordinal).First()}"),
        };
    }

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
