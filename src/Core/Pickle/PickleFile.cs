using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Pickle;

/// <summary>
/// The tensors of a PyTorch archive (<c>pytorch_model.bin</c>, <c>.pt</c>), read as data: the pickle in it may name
/// storages and
/// containers, and anything else is refused. Tensors lie in the mapping where they are aligned and contiguous.
/// </summary>
public sealed class PickleFile : IWeightSource
{
    private const long LargestPickle = 1 << 28;

    private readonly MappedFile _file;
    private readonly Dictionary<string, ZipEntry> _archive;
    private readonly string _folder;
    private readonly Dictionary<string, PickleTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WeightEntry> _entries = new(StringComparer.Ordinal);

    private PickleFile(MappedFile file)
    {
        _file = file;
        RefuseOldFormat();
        _archive = ZipDirectory.Read(file);
        const string Pickle = "data.pkl";
        var root = _archive.Values
            .Where(entry => entry.Name == Pickle || entry.Name.EndsWith($"/{Pickle}", StringComparison.Ordinal))
            .ToList();
        if (root is not [{ Bytes: <= LargestPickle } pickle])
        {
            throw new MalformedFileException(
                file.Name, 0, $"the archive has {root.Count} entries '{Pickle}', or one above {LargestPickle} bytes");
        }

        _folder = pickle.Name[..^Pickle.Length];
        if (_archive.TryGetValue($"{_folder}byteorder", out var order)
            && !file.Slice(order.Offset, (int)Math.Min(order.Bytes, 8)).SequenceEqual("little"u8))
        {
            throw new MalformedFileException(file.Name, order.Offset, "the archive is not little-endian");
        }

        Collect(new PickleMachine(file, pickle.Offset, pickle.Bytes).Run(), pickle.Offset);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries => _entries;

    /// <summary>Maps an archive and reads its pickle.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// The file cannot be read, breaks the format, is of before PyTorch 1.6, or holds anything that is not data.
    /// </exception>
    public static PickleFile Open(string path) => Open(MappedFile.Open(path));

    /// <summary>
    /// Reads a mapped archive, which belongs to the result and is closed with it (or at once, on an error).
    /// </summary>
    /// <exception cref="LlmEfficiencyException">
    /// The file breaks the format or holds anything that is not data.
    /// </exception>
    public static PickleFile Open(MappedFile file)
    {
        try
        {
            return new PickleFile(file);
        }
        catch (LlmEfficiencyException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        using var scope = NewDisposeScope();
        var tensor = _tensors[name];
        var (storage, width) = (tensor.Storage, (long)tensor.Storage.Width);
        var start = _archive[$"{_folder}data/{storage.Key}"].Offset;
        var isAligned = start % width == 0;
        if (tensor.IsContiguous && isAligned)
        {
            var bytes = tensor.Shape.Aggregate(width, (product, size) => product * size);
            var address = _file.AddressOf(start + (tensor.Offset * width), bytes);
            return TorchInterop.FromMemory(address, tensor.Shape, storage.Type).MoveToOuterDisposeScope();
        }

        var whole = isAligned
            ? TorchInterop.FromMemory(_file.AddressOf(start, storage.Count * width), [storage.Count], storage.Type)
            : Copy(start, storage, width);
        return whole.as_strided(tensor.Shape, tensor.Strides, tensor.Offset).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void RefuseOldFormat()
    {
        if (_file.Length >= 2 && _file.Slice(0, 1)[0] == 0x80)
        {
            throw new MalformedFileException(
                _file.Name, 0, "this is the format of before PyTorch 1.6: load it with weights_only=True in PyTorch "
                + "and torch.save it again");
        }
    }

    private void Collect(object? root, long at)
    {
        var map = root as PickleMap ?? throw new MalformedFileException(
            _file.Name, at, "the pickle is not a dict of tensors");
        if (map.Items.GetValueOrDefault("state_dict") is PickleMap inner)
        {
            map = inner;
        }

        foreach (var (key, value) in map.Items)
        {
            if (key is string name && value is PickleTensor tensor)
            {
                Check(name, tensor, at);
                var count = tensor.Shape.Aggregate(1L, (product, size) => product * size); // at most the storage's
                var bytes = count * tensor.Storage.Width;
                var type = tensor.Storage.Type;
                _entries.Add(name, new WeightEntry(name, tensor.Shape, type, type.ToString(), bytes));
                _tensors.Add(name, tensor);
            }
        }

        if (_tensors.Count == 0)
        {
            throw new MalformedFileException(_file.Name, at, "the dict in the pickle holds no tensor");
        }
    }

    private void Check(string name, PickleTensor tensor, long at)
    {
        var (storage, width) = (tensor.Storage, (long)tensor.Storage.Width);
        if (!_archive.TryGetValue($"{_folder}data/{storage.Key}", out var entry))
        {
            throw new MalformedFileException(
                _file.Name, at, $"tensor '{name}' lies in storage '{storage.Key}', which is not in the archive");
        }

        if (storage.Count > entry.Bytes / width)
        {
            throw new MalformedFileException(
                _file.Name, entry.Offset, $"storage '{storage.Key}' of tensor '{name}' needs {storage.Count} elements "
                + $"of {width} bytes, it has {entry.Bytes} bytes");
        }
    }

    private Tensor Copy(long start, PickleStorage storage, long width)
    {
        const int Chunk = 1 << 24;
        var copy = empty([storage.Count], storage.Type, device: CPU);
        for (var first = 0L; first < storage.Count; first += Chunk)
        {
            var length = (int)Math.Min(Chunk, storage.Count - first);
            using var part = copy.narrow(0, first, length);
            _file.Slice(start + (first * width), (int)(length * width)).CopyTo(part.bytes);
        }

        return copy;
    }
}
