using System.Text.Json;
using LlmEfficiency.Core.Storage;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Safetensors;

/// <summary>Reads the JSON of a header, one pass, and refuses what the format does not allow.</summary>
internal ref struct HeaderReader
{
    public const string MetadataKey = "__metadata__";

    private const int MaxDepth = 16;
    private const int MaxRank = 64; // what torch can iterate over

    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, string> _metadata = [];
    private readonly List<StoredTensor> _tensors = [];
    private StrictJsonReader _json;

    public HeaderReader(string file, ReadOnlySpan<byte> header, long start) =>
        _json = new StrictJsonReader(file, header, start, MaxDepth);

    public (IReadOnlyDictionary<string, string> Metadata, List<StoredTensor> Tensors) Read()
    {
        _json.Expect(JsonTokenType.StartObject, "'{'");
        while (_json.Read() && _json.Token != JsonTokenType.EndObject)
        {
            var name = _json.Text();
            if (!_names.Add(name))
            {
                throw _json.Fail($"the tensor '{name}' is here a second time");
            }

            if (name == MetadataKey)
            {
                ReadMetadata();
            }
            else
            {
                ReadTensor(name);
            }
        }

        _ = _json.Read(); // refuses anything but white space behind the object
        return (_metadata, _tensors);
    }

    private void ReadMetadata()
    {
        _json.Expect(JsonTokenType.StartObject, $"the object of {MetadataKey}");
        while (_json.Read() && _json.Token != JsonTokenType.EndObject)
        {
            var key = _json.Text();
            if (_metadata.ContainsKey(key))
            {
                throw _json.Fail($"the key '{key}' of {MetadataKey} is here a second time");
            }

            _json.Expect(JsonTokenType.String, $"a string, the value of '{key}' in {MetadataKey},");
            _metadata[key] = _json.Text();
        }
    }

    private void ReadTensor(string name)
    {
        var offset = _json.Offset;
        ScalarType? type = null;
        long[]? shape = null, range = null;
        _json.Expect(JsonTokenType.StartObject, $"the object of tensor '{name}'");
        while (_json.Read() && _json.Token != JsonTokenType.EndObject)
        {
            var field = _json.Text();
            var isSecond = field switch
            {
                "dtype" => type is not null,
                "shape" => shape is not null,
                _ => range is not null,
            };
            switch (field)
            {
                case "dtype" or "shape" or "data_offsets" when isSecond:
                    throw _json.Fail($"the field '{field}' of tensor '{name}' is here a second time");
                case "dtype":
                    type = ReadType(name);
                    break;
                case "shape":
                    shape = ReadNumbers(name, field, MaxRank);
                    break;
                case "data_offsets":
                    range = ReadNumbers(name, field, 2);
                    break;
                default:
                    _json.SkipValue();
                    break;
            }
        }

        Add(name, offset, type, shape, range);
    }

    private readonly void Add(string name, long offset, ScalarType? type, long[]? shape, long[]? range)
    {
        if (type is null || shape is null || range is not [var begin, var end] || begin > end)
        {
            var missing = type is null ? "dtype" : shape is null ? "shape" : "data_offsets [begin, end], begin <= end,";
            throw _json.Fail($"tensor '{name}' has no {missing} before this place");
        }

        var tensor = new StoredTensor(name, type.Value, shape, begin, end, offset);
        if (!TryMeasure(shape, ElementTypes.SizeOf(type.Value), out var bytes) || bytes != tensor.Bytes)
        {
            throw _json.Fail(
                $"tensor '{name}' of {ElementTypes.NameOf(type.Value)} [{string.Join(", ", shape)}] does not fill "
                + $"its {tensor.Bytes} bytes from {begin} to {end}");
        }

        _tensors.Add(tensor);
    }

    private ScalarType ReadType(string name)
    {
        _json.Expect(JsonTokenType.String, $"the dtype of tensor '{name}', a string,");
        return ElementTypes.TryParse(_json.Text(), out var type)
            ? type
            : throw _json.Fail(
                $"the dtype '{_json.Text()}' of tensor '{name}' is not supported; these are: {ElementTypes.Names}");
    }

    private long[] ReadNumbers(string name, string field, int maxCount)
    {
        _json.Expect(JsonTokenType.StartArray, $"the array {field} of tensor '{name}'");
        var numbers = new List<long>();
        while (_json.Read() && _json.Token != JsonTokenType.EndArray)
        {
            if (numbers.Count == maxCount)
            {
                throw _json.Fail($"{field} of tensor '{name}' has more than {maxCount} numbers");
            }

            numbers.Add(_json.Natural($"{field} of tensor '{name}'"));
        }

        return [.. numbers];
    }

    // Every partial product must fit, as in the reference: [2^40, 2^40, 0] is refused.
    private static bool TryMeasure(long[] shape, int elementSize, out long bytes)
    {
        bytes = elementSize;
        foreach (var size in shape)
        {
            var product = (Int128)bytes * size;
            if (product > long.MaxValue)
            {
                return false;
            }

            bytes = (long)product;
        }

        return true;
    }
}
