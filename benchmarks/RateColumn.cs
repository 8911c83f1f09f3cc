using System.Globalization;
using System.Reflection;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace LlmEfficiency.Benchmarks;

/// <summary>Bytes a second, for benchmarks with a <see cref="BytesPerOperationAttribute"/>.</summary>
internal sealed class RateColumn : IColumn
{
    private const double Mega = 1e6;

    public string Id => nameof(RateColumn);

    public string ColumnName => "MB/s";

    public string Legend => "10^6 bytes a second, by the mean time";

    public bool AlwaysShow => false;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(c => BytesOf(c) is not null);

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) =>
        summary[benchmarkCase]?.ResultStatistics is { } nanoseconds && BytesOf(benchmarkCase) is { } bytes
            ? (bytes / (nanoseconds.Mean * 1e-9) / Mega).ToString("F1", CultureInfo.InvariantCulture)
            : "-";

    private static long? BytesOf(BenchmarkCase benchmarkCase) =>
        benchmarkCase.Descriptor.Type.GetCustomAttribute<BytesPerOperationAttribute>()?.Bytes;
}
