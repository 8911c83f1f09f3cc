namespace LlmEfficiency.P2Law.Sweeps;

/// <summary>The cells of a sweep that are done, and their table.</summary>
internal sealed class SweepResults
{
    private readonly SweepSettings _settings;
    private readonly string _table;
    private readonly Dictionary<string, SweepResult> _results;
    private readonly Lock _gate = new();

    /// <summary>Reads what is done.</summary>
    /// <exception cref="Core.Errors.LlmEfficiencyException">A cell was made with other settings, or cannot be read.</exception>
    public SweepResults(SweepSettings settings, SweepFolder folder)
    {
        (_settings, _table) = (settings, folder.Table);
        _results = SweepPlan.Cells(settings).Select(cell => folder.Read(cell, settings)).OfType<SweepResult>().ToDictionary(result => result.Run);
    }

    /// <summary>Gets how many cells are done.</summary>
    public int Count => _results.Count;

    /// <summary>Returns whether a cell is done.</summary>
    public bool Has(SweepCell cell) => _results.ContainsKey(cell.Name);

    /// <summary>Takes in what came of a cell, and writes the table.</summary>
    /// <returns>Whether the cell is done.</returns>
    public bool Keep(SweepResult? result)
    {
        if (result is null)
        {
            return false;
        }

        lock (_gate)
        {
            _results[result.Run] = result;
            WriteTable();
        }

        return true;
    }

    /// <summary>Writes the table, in the order of the plan.</summary>
    /// <returns>The number of its rows.</returns>
    public int WriteTable() => SweepTable.Write(
        _table, [.. SweepPlan.Cells(_settings).Select(cell => _results.GetValueOrDefault(cell.Name)).OfType<SweepResult>()]);
}
