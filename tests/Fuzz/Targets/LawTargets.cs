using System.Text;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Tables of losses and saved fits.</summary>
public static class LawTargets
{
    private static readonly ObservationColumns Columns = new() { Loss = "loss", Size = "n", Tokens = "d", Run = "run", Rate = "=0.2", BaseLoss = "=1" };

    /// <summary>Gets tables with separators.</summary>
    public static FuzzTarget Table { get; } = new(
        "law-table",
        20_000,
        [
            "n,d,loss,run\n1e6,2e6,3.5,a\n1e6,4e6,3.25,\"b, \"\"c\"\"\"\n"u8.ToArray(),
            "n\td\tloss\trun\n1e6\t2e6\t3.5\ta\n"u8.ToArray(),
        ],
        input => ReadTable("table.csv", input),
        [",", "\t", ";", "\"", "\"\"", "\n", "\r\n", "\r", "1e999", "-0", "NaN", "\uFEFF", "loss", "="]);

    /// <summary>Gets tables with an object a line.</summary>
    public static FuzzTarget Lines { get; } = new(
        "law-lines",
        20_000,
        ["{\"n\":1e6,\"d\":2e6,\"loss\":3.5,\"run\":\"a\"}\n{\"run\":1,\"n\":1e6,\"d\":4e6,\"loss\":\"3.25\"}\n"u8.ToArray()],
        input => ReadTable("table.jsonl", input),
        ["{", "}", "[", "]", "\"loss\":", ",", "null", "true", "1e999", "\\ud800", "\n"]);

    /// <summary>Gets saved fits.</summary>
    public static FuzzTarget Fits { get; } = new(
        "law-fits",
        20_000,
        [Encoding.UTF8.GetBytes(FitFiles.ToJson(Fitted()))],
        ReadFits,
        ["\"value\":", "\"law\":", "null", "[", "]", "{", "}", "\"NaN\"", "1e999", "\"draws\":", "\"version\":", "-1"]);

    private static FitFile Fitted()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(path, Enumerable.Range(1, 6).Select(row => FormattableString.Invariant($"{row},{2 + (1.0 / row)}")).Prepend("d,loss"));
            var request = new FitRequest
            {
                Law = LawList.Find("bnsl"),
                Columns = new ObservationColumns { Loss = "loss", Tokens = "d" },
                Bootstrap = new P2Law.Inference.BootstrapSettings { Draws = 2 },
            };
            return FitRun.Execute(request, path) with
            {
                DataFile = "table.csv",
            };
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void ReadTable(string name, byte[] input)
    {
        foreach (var row in ObservationReader.Read(DataTableReader.Parse(name, input), Columns, LawList.Find("p2")).Rows)
        {
            if (!(row.Loss > 0) || !(row.Point.Size > 0) || !(row.Point.Tokens > 0))
            {
                throw new InvalidOperationException("a row that must not be was read");
            }
        }
    }

    private static void ReadFits(byte[] input)
    {
        var fits = FitFiles.Parse("fit.json", input);
        if (FitFiles.ToJson(FitFiles.Parse("again", Encoding.UTF8.GetBytes(FitFiles.ToJson(fits)))) != FitFiles.ToJson(fits))
        {
            throw new InvalidOperationException("fits change when they are written and read");
        }

        foreach (var fit in fits.Fits)
        {
            _ = new FittedLaw(fits, fit).Constants;
        }
    }
}
