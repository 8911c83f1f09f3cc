using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>The strings of one physical column of a row group, with their levels.</summary>
internal sealed class ParquetLeaf
{
    private const int MaxEntries = 1 << 24;

    private readonly string _file;
    private readonly DataField _field;
    private readonly ReadOnlyMemory<char>[] _values; // those that are not null, then perhaps more
    private readonly int[]? _definitions;            // [entries], null if no value can be null
    private readonly int[]? _repetitions;            // [entries], null outside lists
    private int _entry;
    private int _value;

    private ParquetLeaf(string file, DataField field, ReadOnlyMemory<char>[] values, int[]? definitions, int[]? repetitions) =>
        (_file, _field, _values, _definitions, _repetitions) = (file, field, values, definitions, repetitions);

    /// <summary>Gets the name within the structure.</summary>
    public string Name => _field.Name;

    /// <summary>Gets the definition level of the next entry.</summary>
    public int Level => IsAtEnd || _definitions is null ? _field.MaxDefinitionLevel : _definitions[_entry];

    /// <summary>Gets whether the next entry begins a row, or there is none.</summary>
    public bool StartsRow => IsAtEnd || _repetitions is null || _repetitions[_entry] == 0;

    private bool IsAtEnd => _entry >= (_definitions ?? _repetitions)?.Length;

    /// <summary>Returns whether a column holds text.</summary>
    public static bool IsText(DataField field) =>
        field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    /// <summary>Reads a column.</summary>
    public static ParquetLeaf Load(string file, Stream stream, ParquetRowGroupReader rows, DataField field)
    {
        var metadata = ParquetGuard.Run(file, () => rows.GetMetadata(field)?.MetaData);
        var entries = metadata?.NumValues ?? -1;
        ParquetGuard.Require(
            entries is >= 0 and <= MaxEntries, file,
            $"the column {field.Path} has {entries} values in a row group, at most {MaxEntries} are read");
        ParquetPages.Check(file, stream, metadata!);
        using var raw = ParquetGuard.Run(file, () => rows.ReadRawColumnDataBaseAsync(field).AsTask());
        ParquetGuard.Require(raw is RawColumnData<ReadOnlyMemory<char>>, file, $"the column {field.Path} holds no text");
        var column = (RawColumnData<ReadOnlyMemory<char>>)raw;
        return ParquetGuard.Run(file, () => new ParquetLeaf(
            file, field, [.. column.Values],
            field.MaxDefinitionLevel > 0 ? [.. column.DefinitionLevels] : null,
            field.MaxRepetitionLevel > 0 ? [.. column.RepetitionLevels] : null));
    }

    /// <summary>Returns the next entry and goes on; null stands for null.</summary>
    public ReadOnlyMemory<char>? Take()
    {
        ParquetGuard.Require(!IsAtEnd, _file, $"the column {_field.Path} has fewer values than rows");
        var isNull = Level < _field.MaxDefinitionLevel;
        _entry++;
        if (isNull)
        {
            return null;
        }

        ParquetGuard.Require(_value < _values.Length, _file, $"the column {_field.Path} has fewer values than rows");
        return _values[_value++];
    }
}
