using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tensors;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Caching;

/// <summary>Finds out what the new tokens of a step see, and whether that needs a mask at all.</summary>
internal sealed class StepMasks(LayerGroup layers, IReadOnlyList<CacheRow> rows, int width, int? window)
{
    public Visibility Make(int first, int count, int total)
    {
        var run = Enumerable.Range(first, count).Select(row => rows[row]).ToArray();
        if (run.All(IsPlain) && run.All(row => layers.Lengths[row.Sequence] == 0))
        {
            return Visibility.Causal;
        }

        if (width == 1 && run.All(IsPlain) && run.All(row => layers.Lengths[row.Sequence] + 1 == total))
        {
            return Visibility.Everything;
        }

        var cells = new bool[CellCount(count, total)];
        for (var row = 0; row < count; row++)
        {
            for (var query = 0; query < width; query++)
            {
                Fill(run[row], query, cells.AsSpan(((row * width) + query) * total, total));
            }
        }

        return Visibility.Of(tensor(cells, [count, 1, width, total], device: layers.Keys.device));
    }

    /// <summary>Lists the slots that each token of a row sees, ascending; none for padding.</summary>
    public IEnumerable<int[]> Slots(int index)
    {
        var row = rows[index];
        var cells = new bool[layers.Lengths[row.Sequence] + row.Positions.Length];
        for (var query = 0; query < width; query++)
        {
            Array.Clear(cells);
            if (query < row.Positions.Length)
            {
                Fill(row, query, cells);
            }

            yield return [.. Enumerable.Range(0, cells.Length).Where(slot => cells[slot])];
        }
    }

    private int CellCount(int count, int total)
    {
        var cells = (long)count * width * total;
        return cells <= Array.MaxLength
            ? (int)cells
            : throw new LlmEfficiencyException(
                ErrorKind.OutOfMemory,
                $"{count} rows of {width} new tokens over {total} slots need a mask of {cells} cells: run fewer rows or tokens at a time");
    }

    private bool IsPlain(CacheRow row) => row.Sees is null && (window is null || Spread(row) < window);

    private int Spread(CacheRow row)
    {
        var (min, max) = (int.MaxValue, 0);
        foreach (var positions in new[] { layers.PositionMemory(row.Sequence), row.Positions })
        {
            foreach (var position in positions.Span)
            {
                (min, max) = (Math.Min(min, position), Math.Max(max, position));
            }
        }

        return max - min;
    }

    private void Fill(CacheRow row, int query, Span<bool> cells)
    {
        var added = row.Positions.Span;
        if (query >= added.Length)
        {
            cells[0] = true; // padding sees one key: a softmax over nothing is not a number
            return;
        }

        var start = layers.Lengths[row.Sequence];
        if (row.Sees is null)
        {
            cells[..(start + query + 1)].Fill(true);
        }
        else
        {
            cells[..row.Base].Fill(true);
            for (var slot = row.Base; slot < start + added.Length; slot++)
            {
                cells[slot] = row.Sees(query, slot - row.Base);
            }
        }

        if (window is { } reach)
        {
            var old = layers.Positions(row.Sequence);
            for (var slot = 0; slot < start + added.Length; slot++)
            {
                var position = slot < start ? old[slot] : added[slot - start];
                cells[slot] &= added[query] - position < reach;
            }
        }
    }
}
