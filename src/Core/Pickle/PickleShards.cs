using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Pickle;

/// <summary>The PyTorch archives that <c>pytorch_model.bin.index.json</c> lists, as one source.</summary>
public sealed class PickleShards : IWeightSource
{
    private const int LargestIndex = 1 << 26;

    private readonly Dictionary<string, PickleFile> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PickleFile> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WeightEntry> _entries = new(StringComparer.Ordinal);

    private PickleShards()
    {
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries => _entries;

    /// <summary>Opens all files that an index names; they lie in its folder.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// The index or a file is malformed, missing, or lacks a tensor it should have.
    /// </exception>
    public static PickleShards Open(string indexPath)
    {
        var shards = new PickleShards();
        try
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
            foreach (var (tensor, file) in ReadIndex(indexPath))
            {
                shards.Add(indexPath, folder, tensor, file);
            }

            return shards;
        }
        catch (LlmEfficiencyException)
        {
            shards.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name) => _owners[name].Read(name);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private static Dictionary<string, string> ReadIndex(string path)
    {
        using var file = MappedFile.Open(path);
        if (file.Length > LargestIndex)
        {
            throw new MalformedFileException(path, 0, $"the index has {file.Length} bytes, more than {LargestIndex}");
        }

        try
        {
            var options = new JsonDocumentOptions { AllowDuplicateProperties = false };
            using var json = JsonDocument.Parse(file.Slice(0, (int)file.Length).ToArray(), options);
            if (json.RootElement is not { ValueKind: JsonValueKind.Object } root
                || !root.TryGetProperty("weight_map", out var map)
                || map.ValueKind != JsonValueKind.Object
                || map.EnumerateObject().Any(item => item.Value.ValueKind != JsonValueKind.String))
            {
                throw new MalformedFileException(path, 0, "'weight_map' is missing or not an object of strings");
            }

            return map.EnumerateObject()
                .ToDictionary(item => item.Name, item => item.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (JsonException problem)
        {
            throw new MalformedFileException(
                path, problem.BytePositionInLine ?? 0, $"line {problem.LineNumber + 1} is not JSON", problem);
        }
    }

    private void Add(string index, string folder, string tensor, string file)
    {
        if (file.Length == 0 || file is "." or ".." || file.AsSpan().IndexOfAny("/\\:\0") >= 0)
        {
            throw new MalformedFileException(
                index, 0, $"tensor '{tensor}' lies in '{file}', which is not a plain file name");
        }

        if (!_files.TryGetValue(file, out var source))
        {
            source = PickleFile.Open(Path.Join(folder, file));
            _files.Add(file, source);
        }

        if (!source.Entries.TryGetValue(tensor, out var entry))
        {
            throw new MalformedFileException(
                index, 0, $"tensor '{tensor}' is not in '{file}', where the index puts it");
        }

        _entries.Add(tensor, entry);
        _owners.Add(tensor, source);
    }
}
