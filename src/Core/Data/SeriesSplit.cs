namespace LlmEfficiency.Core.Data;

/// <summary>Divides a series into two sources, one of them held out; every document is made once to look at it.</summary>
internal static class SeriesSplit
{
    /// <summary>Divides a series.</summary>
    public static (IDocumentSource Training, IDocumentSource HeldOut) Open(
        string name, DocumentSeries series, DocumentEncoder encoder, double fraction)
    {
        var isHeldOut = new bool[fraction > 0 ? series.Count : 0];
        Parallel.For(0, isHeldOut.Length, index => isHeldOut[index] = HashSplit.IsHeldOut(series.Read(index), fraction));
        return fraction > 0
            ? (Chosen(isHeld: false), Chosen(isHeld: true))
            : (new EncodedDocuments(name, series, encoder), new EncodedDocuments(name, series, encoder, []));

        EncodedDocuments Chosen(bool isHeld) => new(
            name, series, encoder, [.. isHeldOut.Index().Where(entry => entry.Item == isHeld).Select(entry => (long)entry.Index)]);
    }
}
