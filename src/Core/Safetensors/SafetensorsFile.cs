using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Weights;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>The tensors of one safetensors file, read in place: a tensor's memory is the file's mapping.</summary>
public sealed class SafetensorsFile : IWeightSource
{
    private const int CopyElements = 1 << 26;

    private readonly MappedFile _file;
    private readonly long _dataStart;
    private readonly Dictionary<string, StoredTensor> _tensors;

    private SafetensorsFile(MappedFile file)
    {
        var header = SafetensorsHeader.Read(file);
        (_file, _dataStart, Metadata) = (file, header.DataStart, header.Metadata);
        _tensors = header.Tensors.ToDictionary(tensor => tensor.Name);
        Entries = header.Tensors.ToDictionary(
            tensor => tensor.Name,
            tensor => new WeightEntry(
                tensor.Name, tensor.Shape, tensor.Type, ElementTypes.NameOf(tensor.Type), tensor.Bytes));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, WeightEntry> Entries { get; }

    /// <summary>Gets the file's own notes, such as <c>format</c>: <c>pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its whole header, but no tensor.</summary>
    /// <exception cref="MalformedFileException">The file breaks the format.</exception>
    /// <exception cref="LlmEfficiencyException">The file is not there or may not be read.</exception>
    public static SafetensorsFile Open(string path) => Open(MappedFile.Open(path));

    /// <summary>Opens a mapped file and takes it over, also when it is refused.</summary>
    /// <exception cref="MalformedFileException">The file breaks the format.</exception>
    public static SafetensorsFile Open(MappedFile file)
    {
        try
        {
            return new SafetensorsFile(file);
        }
        catch (MalformedFileException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
        {
            throw new ArgumentException($"{_file.Name} has no tensor '{name}'", nameof(name));
        }

        var offset = _dataStart + tensor.Begin;
        var address = _file.AddressOf(offset, tensor.Bytes);
        if (tensor.Type == ScalarType.Bool)
        {
            CheckTruths(tensor, offset);
        }

        return tensor.Bytes == 0 ? empty(tensor.Shape, tensor.Type)
            : address % ElementTypes.SizeOf(tensor.Type) == 0
                ? TorchInterop.FromMemory(address, tensor.Shape, tensor.Type)
            : Copy(tensor, offset);
    }

    /// <inheritdoc/>
    public IntPtr Locate(string name) => _file.AddressOf(_dataStart + _tensors[name].Begin, _tensors[name].Bytes);

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Tensor Copy(StoredTensor tensor, long offset)
    {
        using var scope = NewDisposeScope();
        var result = empty(tensor.Shape, tensor.Type);
        var flat = result.view(-1);                                             // [elements]
        for (var first = 0L; first < flat.shape[0]; first += CopyElements)
        {
            var part = flat.narrow(0, first, Math.Min(CopyElements, flat.shape[0] - first)).bytes;
            _file.Slice(offset + (first * ElementTypes.SizeOf(tensor.Type)), part.Length).CopyTo(part);
        }

        return result.MoveToOuterDisposeScope();
    }

    // A byte that is neither 0 nor 1 is no bool to C++, which may then do anything.
    private void CheckTruths(StoredTensor tensor, long offset)
    {
        for (var done = 0L; done < tensor.Bytes; done += int.MaxValue)
        {
            var part = _file.Slice(offset + done, (int)Math.Min(int.MaxValue, tensor.Bytes - done));
            var wrong = part.IndexOfAnyExceptInRange((byte)0, (byte)1);
            if (wrong >= 0)
            {
                throw new MalformedFileException(
                    _file.Name, offset + done + wrong,
                    $"{part[wrong]} in tensor '{tensor.Name}' is not a truth value, 0 or 1");
            }
        }
    }
}
