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
    /// <param name="name">
    /// A folder, a file, <see cref="EmbeddedModel.Name"/>, or <c>org/name[@revision]</c> in the Hugging Face cache.
    /// </param>
    /// <param name="cache">The cache; the environment's if null.</param>
    /// <exception cref="LlmEfficiencyException">
    /// Nothing of that name is there; the message says where it was looked for.
    /// </exception>
    public static ModelLocation Find(string name, HubCache? cache = null)
    {
        if (File.Exists(name))
        {
            return new ModelLocation(name, name, FormOf(name));
        }

        if (EmbeddedModel.Resolve(name) is var folder && Directory.Exists(folder))
        {
            return InFolder(name, folder);
        }

        var model = HubModelId.TryParse(name) ?? throw new LlmEfficiencyException(
            ErrorKind.Input, $"'{name}' is no file or folder, and no name of the form org/name: give a folder, a .gguf file or a name");
        cache ??= new HubCache(HubSettings.FromEnvironment().CacheFolder);
        try
        {
            return InFolder(name, cache.Resolve(model));
        }
        catch (LlmEfficiencyException problem) when (cache.TryResolve(model) is null)
        {
            throw new LlmEfficiencyException(
                ErrorKind.Input, $"'{name}' is no file or folder, and {problem.Message}", problem);
        }
    }

    // Some repositories hold one GGUF file and no configuration.
    private static ModelLocation InFolder(string name, string folder)
    {
        var isWhole = File.Exists(System.IO.Path.Join(folder, HuggingFaceConfig.FileName));
        string[] files = isWhole ? [] : GgufFiles(folder);
        return files.Length switch
        {
            0 when isWhole => new ModelLocation(name, folder, ModelForm.Folder),
            0 => throw new LlmEfficiencyException(
                ErrorKind.Input, $"{name}: holds no {HuggingFaceConfig.FileName} and no GGUF file, so it is no model: name a model's own folder"),
            1 => new ModelLocation(name, files[0], ModelForm.Gguf),
            _ => throw new LlmEfficiencyException(
                ErrorKind.Input, $"{name}: holds {files.Length} GGUF files in {folder}: name one of them, such as {files.Order(StringComparer.Ordinal).First()}"),
        };
    }

    private static string[] GgufFiles(string folder)
    {
        try
        {
            return Directory.GetFiles(folder, "*.gguf");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{folder}: cannot be read: {problem.Message}", problem);
        }
    }

    private static ModelForm FormOf(string path)
    {
        var magic = Magic(path);
        return magic.AsSpan().SequenceEqual("GGUF"u8) ? ModelForm.Gguf
            : magic.AsSpan().StartsWith("PK"u8) || !path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)
            ? throw new LlmEfficiencyException(
                ErrorKind.Input, $"{path}: is neither a GGUF file nor a llama2.c .bin file: of a Hugging Face model name the folder")
            : ModelForm.Llama2c;
    }

    private static byte[] Magic(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var magic = new byte[4];
            return magic[..file.ReadAtLeast(magic, 4, throwOnEndOfStream: false)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, $"{path}: cannot be read: {problem.Message}", problem);
        }
    }
}
