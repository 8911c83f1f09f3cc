using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>
/// Writes the files that <see cref="ShardWriter"/> would write, byte for byte, while their tensors are handed over one by one in any
/// order: no more than one is in memory. It writes in place, so a reader must not see the folder before <see cref="Finish"/>.
/// </summary>
public sealed class IncrementalShards : IDisposable
{
    private readonly string _folder;
    private readonly IReadOnlyList<(string File, IReadOnlyList<TensorRow> Rows)> _shards;
    private readonly Dictionary<string, (TensorRow Row, FileStream File, long Offset)> _open = [];
    private readonly List<FileStream> _files = [];

    /// <summary>Writes the headers.</summary>
    /// <param name="folder">An existing folder without these files.</param>
    /// <param name="tensors">All tensors that will come, filled into shards in this order.</param>
    /// <param name="maxShardBytes">The most bytes of a shard; a larger tensor has a shard of its own.</param>
    /// <param name="alignment">What the place of a file's first tensor is a multiple of; the reference writer's eight by default.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public IncrementalShards(
        string folder, IEnumerable<TensorRow> tensors, long maxShardBytes = ShardWriter.DefaultShardBytes, int alignment = SafetensorsWriter.DefaultAlignment)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxShardBytes);
        (_folder, _shards) = (folder, ShardWriter.Split(tensors, maxShardBytes));
        foreach (var (name, rows) in _shards)
        {
            var file = new FileStream(Path.Join(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            _files.Add(file);
            var ordered = SafetensorsWriter.Order(rows);
            var header = SafetensorsWriter.Header(ordered, SafetensorsWriter.TorchMetadata, alignment);
            file.Write(header);
            long offset = header.Length;
            foreach (var row in ordered)
            {
                _open.Add(row.Name, (row, file, offset));
                offset += row.Bytes;
            }
        }
    }

    /// <summary>Writes one tensor.</summary>
    /// <param name="name">The name of one that has not come yet.</param>
    /// <param name="tensor">The tensor, on any device, of the shape and type that were announced.</param>
    /// <exception cref="ArgumentException">No such tensor is due.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Write(string name, Tensor tensor)
    {
        if (!_open.Remove(name, out var place))
        {
            throw new ArgumentException($"'{name}' was not announced, or is here a second time", nameof(name));
        }

        if (tensor.dtype != place.Row.Type || !tensor.shape.SequenceEqual(place.Row.Shape))
        {
            throw new ArgumentException(
                $"'{name}' is {tensor.dtype} [{string.Join(", ", tensor.shape)}], announced was "
                + $"{place.Row.Type} [{string.Join(", ", place.Row.Shape)}]",
                nameof(tensor));
        }

        place.File.Position = place.Offset;
        SafetensorsWriter.WriteElements(tensor, place.File);
    }

    /// <summary>Brings everything to the disk; the index, if any, comes last.</summary>
    /// <exception cref="InvalidOperationException">A tensor is missing.</exception>
    /// <exception cref="IOException">The disk is full.</exception>
    public void Finish()
    {
        if (_open.Count > 0)
        {
            throw new InvalidOperationException($"{_open.Count} tensors did not come, such as '{_open.Keys.First()}'");
        }

        foreach (var file in _files)
        {
            file.Flush(flushToDisk: true);
        }

        _ = ShardWriter.WriteIndex(_folder, _shards);
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.Dispose());
}
