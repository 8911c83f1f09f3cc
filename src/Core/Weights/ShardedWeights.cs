using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Weights;

/// <summary>The tensors of several files as one source.</summary>
public sealed class ShardedWeights : IWeightSource
{
    private readonly Dictionary<string, IWeightSource> _files = [];
    private readonly Dictionary<string, WeightEntry> _entries = [];
    private readonly ShardIndex _index;

    private ShardedWeights(ShardIndex index) => _index = index;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries => _entries;

    /// <summary>Opens all shards of an index and checks that each holds what the index says.</summary>
    /// <param name="indexPath">The path of the index; the shards lie beside it.</param>
    /// <param name="openShard">Opens one shard by its path.</param>
    /// <exception cref="LlmEfficiencyException">
    /// A shard or a tensor is missing, or a file breaks its format.
    /// </exception>
    public static ShardedWeights Open(string indexPath, Func<string, IWeightSource> openShard)
    {
        using var file = MappedFile.Open(indexPath);
        var weights = new ShardedWeights(ShardIndex.Read(file));
        try
        {
            weights.OpenShards(indexPath, openShard);
            return weights;
        }
        catch (LlmEfficiencyException)
        {
            weights.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name) =>
        _index.Shards.TryGetValue(name, out var shard)
            ? _files[shard].Read(name)
            : throw new ArgumentException($"no shard has a tensor '{name}'", nameof(name));

    /// <inheritdoc/>
    public IntPtr Locate(string name) => _index.Shards.TryGetValue(name, out var shard) ? _files[shard].Locate(name) : IntPtr.Zero;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in _files.Values)
        {
            file.Dispose();
        }
    }

    private void OpenShards(string indexPath, Func<string, IWeightSource> openShard)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(indexPath))!;
        foreach (var (name, shard) in _index.Shards)
        {
            if (!_files.TryGetValue(shard, out var file))
            {
                var path = Path.Join(folder, shard);
                if (!File.Exists(path))
                {
                    throw new LlmEfficiencyException(
                        ErrorKind.Input, $"{indexPath}: shard {shard} with '{name}' is not there: fetch it again");
                }

                _files[shard] = file = openShard(path);
            }

            _entries[name] = file.Entries.TryGetValue(name, out var entry)
                ? entry
                : throw new LlmEfficiencyException(
                    ErrorKind.Input,
                    $"{indexPath}: tensor '{name}' is not in {shard}: the index belongs to other files");
        }
    }
}
