using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.P2Law.Data;

namespace LlmEfficiency.P2Law.Cards;

/// <summary>Fits a law to a table, group by group, and examines each fit.</summary>
public static class FitRun
{
    /// <summary>Reads a file and fits.</summary>
    /// <param name="request">What is to be done.</param>
    /// <param name="path">The table.</param>
    /// <param name="progress">Hears what is being done.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="LlmEfficiencyException">The file cannot be used, or the law cannot be fitted to it.</exception>
    public static FitFile Execute(
        FitRequest request, string path, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        var set = ObservationReader.Read(DataTableReader.Read(path), request.Columns, request.Law);
        return new FitFile
        {
            CodeVersion = RunManifest.CurrentVersion,
            DataFile = path,
            DataSha256 = set.Sha256,
            Columns = request.Columns,
            Seed = request.Settings.Seed,
            Level = request.Level,
            Notes = set.Notes,
            Fits =
            [
                .. set.Rows.GroupBy(row => row.Group)
                    .Select(group => new GroupFit(request, progress).Card(group.Key, [.. group], cancellation)),
            ],
        };
    }
}
