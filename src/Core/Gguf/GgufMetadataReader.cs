using System.Buffers.Binary;

namespace LlmEfficiency.Core.Gguf;

/// <summary>
/// Reads metadata values. Integers become <see cref="long"/> (unsigned ones above its range are refused), floats
/// <see cref="double"/>, arrays <c>long[]</c>, <c>double[]</c>, <c>bool[]</c>, <c>string[]</c> or <c>object[]</c> of
/// arrays.
/// </summary>
internal sealed class GgufMetadataReader(GgufCursor cursor)
{
    private const int LongestKey = 65535;
    private const int LongestText = 1 << 26;
    private const int MostItems = 1 << 24;
    private const int DeepestArray = 4;

    private int _items; // in all arrays together

    /// <summary>Reads the key/value pairs that follow each other at the cursor.</summary>
    public Dictionary<string, GgufMetadata.Item> Read(int count)
    {
        var items = new Dictionary<string, GgufMetadata.Item>(StringComparer.Ordinal);
        for (var i = 0; i < count; i++)
        {
            var at = cursor.Position;
            var key = cursor.Text("a metadata key", LongestKey);
            var type = (GgufValueType)cursor.UInt32();
            var value = type == GgufValueType.Array ? Array(1) : Scalar(type);
            if (!items.TryAdd(key, new GgufMetadata.Item(value, at)))
            {
                throw cursor.Broken(at, $"metadata key '{key}' is there twice");
            }
        }

        return items;
    }

    private object Scalar(GgufValueType type) => type switch
    {
        GgufValueType.Bool => Bool(),
        GgufValueType.Float32 or GgufValueType.Float64 => Float(type),
        GgufValueType.String => cursor.Text("a metadata string", LongestText),
        _ => Integer(type),
    };

    private object Array(int depth)
    {
        var at = cursor.Position;
        if (depth > DeepestArray)
        {
            throw cursor.Broken(at, $"arrays are nested more than {DeepestArray} deep");
        }

        var type = (GgufValueType)cursor.UInt32();
        var count = cursor.Count("array items", Width(type, at), MostItems);
        if (count > MostItems - _items)
        {
            throw cursor.Broken(at, $"the metadata arrays hold more than {MostItems} items");
        }

        _items += count;
        return type switch
        {
            GgufValueType.Bool => Fill(count, Bool),
            GgufValueType.Float32 or GgufValueType.Float64 => Fill(count, () => Float(type)),
            GgufValueType.String => Fill(count, () => cursor.Text("a metadata string", LongestText)),
            GgufValueType.Array => Fill(count, () => Array(depth + 1)),
            _ => Fill(count, () => Integer(type)),
        };
    }

    private static T[] Fill<T>(int count, Func<T> next)
    {
        var items = new T[count];
        for (var i = 0; i < count; i++)
        {
            items[i] = next();
        }

        return items;
    }

    // The least number of bytes that a value takes in the file.
    private int Width(GgufValueType type, long at) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        GgufValueType.UInt64 or GgufValueType.Int64 or GgufValueType.Float64 or GgufValueType.String => 8,
        GgufValueType.Array => 12,
        _ => throw cursor.Broken(at, $"value type {(uint)type} is unknown: 0 to 12 are defined"),
    };

    private bool Bool()
    {
        var at = cursor.Position;
        return cursor.Bytes(1)[0] switch
        {
            0 => false,
            1 => true,
            var other => throw cursor.Broken(at, $"a truth value is {other}, not 0 or 1"),
        };
    }

    private double Float(GgufValueType type) => type == GgufValueType.Float32
        ? BinaryPrimitives.ReadSingleLittleEndian(cursor.Bytes(4))
        : BinaryPrimitives.ReadDoubleLittleEndian(cursor.Bytes(8));

    private long Integer(GgufValueType type)
    {
        var at = cursor.Position;
        var bytes = cursor.Bytes(Width(type, at));
        return type switch
        {
            GgufValueType.UInt8 => bytes[0],
            GgufValueType.Int8 => (sbyte)bytes[0],
            GgufValueType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            GgufValueType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            GgufValueType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            GgufValueType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes) is var value && value <= long.MaxValue
                ? (long)value
                : throw cursor.Broken(at, "an integer is larger than 2^63"),
        };
    }
}
