using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace LlmEfficiency.Core.Data.Reading;

/// <summary>A column of one row group, handed out row by row as JSON.</summary>
internal sealed class ParquetColumn
{
    private readonly string _file;
    private readonly Field _field;
    private readonly ParquetLeaf[] _leaves;

    private ParquetColumn(string file, Field field, ParquetLeaf[] leaves) => (_file, _field, _leaves) = (file, field, leaves);

    /// <summary>Returns whether a column holds one string in each row.</summary>
    public static bool IsString(Field field) =>
        field is DataField { IsArray: false, MaxRepetitionLevel: 0 } data && ParquetLeaf.IsText(data);

    /// <summary>Returns whether a column holds a list of structures with strings in each row.</summary>
    public static bool IsMessages(Field field) => Leaves(field).Any();

    /// <summary>Reads a column.</summary>
    public static ParquetColumn Load(string file, Stream stream, ParquetRowGroupReader rows, Field field)
    {
        var leaves = field is DataField data ? [data] : Leaves(field);
        return new ParquetColumn(file, field, [.. leaves.Select(leaf => ParquetLeaf.Load(file, stream, rows, leaf))]);
    }

    /// <summary>Writes the value of the next row as a member.</summary>
    public void WriteNext(Utf8JsonWriter writer)
    {
        writer.WritePropertyName(_field.Name);
        if (_field is not ListField list)
        {
            Write(writer, _leaves[0]);
            return;
        }

        writer.WriteStartArray();
        var isFirst = true;
        do
        {
            if (_leaves[0].Level >= list.MaxDefinitionLevel) // below, the list is null or empty
            {
                writer.WriteStartObject();
                foreach (var leaf in _leaves)
                {
                    ParquetGuard.Require(leaf.StartsRow == isFirst, _file, "the columns of the messages differ in length");
                    writer.WritePropertyName(leaf.Name);
                    Write(writer, leaf);
                }

                writer.WriteEndObject();
            }
            else
            {
                foreach (var leaf in _leaves)
                {
                    leaf.Take();
                }
            }

            isFirst = false;
        }
        while (!_leaves[0].StartsRow);
        writer.WriteEndArray();
    }

    private static IEnumerable<DataField> Leaves(Field field) =>
        field is ListField { MaxRepetitionLevel: 1, Item: StructField item }
            ? item.Fields.OfType<DataField>().Where(leaf =>
                leaf is { IsArray: false, MaxRepetitionLevel: 1 } && ParquetLeaf.IsText(leaf))
            : [];

    private static void Write(Utf8JsonWriter writer, ParquetLeaf leaf)
    {
        if (leaf.Take() is { } text)
        {
            writer.WriteStringValue(text.Span);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
