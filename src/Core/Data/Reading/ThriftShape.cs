namespace LlmEfficiency.Core.Data.Reading;

/// <summary>What a field of a Thrift structure holds.</summary>
/// <param name="Kind">The kind of its value.</param>
/// <param name="Fields">The fields of the structure it is or lists; null if it is of another kind or any fields do.</param>
/// <param name="Element">The kind of the elements of a list.</param>
/// <param name="Slot">Where the check leaves the value of a whole number; negative for nowhere.</param>
internal sealed record ThriftShape(
    ThriftKind Kind, IReadOnlyDictionary<int, ThriftShape>? Fields = null, ThriftKind Element = ThriftKind.Any, int Slot = -1)
{
    private static readonly ThriftShape Whole = new(ThriftKind.Whole);
    private static readonly ThriftShape Flag = new(ThriftKind.Flag);
    private static readonly ThriftShape Binary = new(ThriftKind.Binary);
    private static readonly ThriftShape Anything = new(ThriftKind.Structure);
    private static readonly ThriftShape Wholes = new(ThriftKind.List, null, ThriftKind.Whole);
    private static readonly ThriftShape Binaries = new(ThriftKind.List, null, ThriftKind.Binary);

    private static readonly ThriftShape Time = Structure((1, Flag), (2, Structure((1, Anything), (2, Anything), (3, Anything))));

    private static readonly ThriftShape LogicalType = Structure(
        [.. Enumerable.Range(1, 20).Select(id => (id, id switch
        {
            5 => Structure((1, Whole), (2, Whole)),
            7 or 8 => Time,
            10 => Structure((1, new ThriftShape(ThriftKind.Byte)), (2, Flag)),
            _ => Anything,
        }))]);

    private static readonly ThriftShape SchemaElement = Structure(
        [.. Enumerable.Range(1, 9).Select(id => (id, id == 4 ? Binary : Whole)), (10, LogicalType)]);

    private static readonly ThriftShape Statistics = Structure(
        (1, Binary), (2, Binary), (3, Whole), (4, Whole), (5, Binary), (6, Binary), (7, Flag), (8, Flag));

    private static readonly ThriftShape Pairs = ListOf((1, Binary), (2, Binary));

    private static readonly ThriftShape ColumnMetadata = Structure(
        (1, Whole), (2, Wholes), (3, Binaries), (4, Whole), (5, Whole), (6, Whole), (7, Whole), (8, Pairs), (9, Whole),
        (10, Whole), (11, Whole), (12, Statistics), (13, ListOf((1, Whole), (2, Whole), (3, Whole))), (14, Whole),
        (15, Whole), (16, Structure((1, Whole), (2, Wholes), (3, Wholes))), (17, Anything));

    private static readonly ThriftShape Columns = ListOf(
        (1, Binary), (2, Whole), (3, ColumnMetadata), (4, Whole), (5, Whole), (6, Whole), (7, Whole), (8, Anything),
        (9, Binary));

    private static readonly ThriftShape RowGroups = ListOf(
        (1, Columns), (2, Whole), (3, Whole), (4, ListOf((1, Whole), (2, Flag), (3, Flag))), (5, Whole), (6, Whole), (7, Whole));

    /// <summary>Gets the shape of the metadata of a Parquet file, as parquet.thrift 2.11 describes it.</summary>
    public static ThriftShape FileMetadata { get; } = Structure(
        (1, Whole), (2, new ThriftShape(ThriftKind.List, SchemaElement.Fields, ThriftKind.Structure)), (3, Whole), (4, RowGroups),
        (5, Pairs), (6, Binary), (7, ListOf((1, Anything))), (8, Anything), (9, Binary));

    /// <summary>Gets the shape of the header of a page; its numbers go to the slots of <see cref="ParquetPages"/>.</summary>
    public static ThriftShape PageHeader { get; } = Structure(
        (1, Whole with { Slot = ParquetPages.Kind }), (2, Whole with { Slot = ParquetPages.UnpackedSize }),
        (3, Whole with { Slot = ParquetPages.PackedSize }), (4, Whole),
        (5, Structure((1, Whole with { Slot = ParquetPages.Values }), (2, Whole), (3, Whole), (4, Whole), (5, Statistics))),
        (6, Anything),
        (7, Structure((1, Whole), (2, Whole), (3, Flag))),
        (8, Structure(
            (1, Whole with { Slot = ParquetPages.ValuesV2 }), (2, Whole), (3, Whole), (4, Whole), (5, Whole), (6, Whole),
            (7, Flag), (8, Statistics))));

    private static ThriftShape Structure(params (int Id, ThriftShape Shape)[] fields) =>
        new(ThriftKind.Structure, fields.ToDictionary(field => field.Id, field => field.Shape));

    private static ThriftShape ListOf(params (int Id, ThriftShape Shape)[] fields) =>
        Structure(fields) with { Kind = ThriftKind.List, Element = ThriftKind.Structure };
}
