using System.Globalization;
using LlmEfficiency.P2Law.Cards;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Inference;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.P2Law.Planning;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.P2Law.Tests;

/// <summary>Fits with constants of one's own, as a file has them that somebody edited. Sizes and tokens are in billions.</summary>
internal static class EditedFits
{
    /// <summary>Returns a fit of a law with known constants.</summary>
    /// <param name="law">The law.</param>
    /// <param name="constants">Coefficients, then exponents.</param>
    /// <param name="draws">The constants of the repeated fits.</param>
    public static FittedLaw Of(string law, double[] constants, params double[][] draws) =>
        FittedLaw.Find(File(Planted.Rows(checkpoints: 3), law, constants, draws), null);

    /// <summary>Returns the file of such a fit, and the table that it claims to be of.</summary>
    public static FitFile File(IReadOnlyList<LawObservation> rows, string law, double[] constants, params double[][] draws)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder.File("rows.csv"), Content(rows));
        var file = FitRun.Execute( // two constants: a fit that takes no time
            new FitRequest { Law = LawList.Find("sengupta"), Columns = Planted.Columns, Bootstrap = new BootstrapSettings { Draws = 0 } },
            folder.File("rows.csv"),
            cancellation: TestContext.Current.CancellationToken);
        var (card, description) = (file.Fits[0], LawList.Find(law).Description);
        return file with
        {
            Fits =
            [
                card with
                {
                    Law = law,
                    Formula = description.Formula,
                    Constants =
                    [
                        .. description.Parameters.Select((one, at) => card.Constants[0] with
                        {
                            Name = one.Name,
                            Unit = one.Unit,
                            Value = constants[at],
                            PredictionValue = constants[at],
                        }),
                    ],
                    Bootstrap = draws.Length > 0 ? new BootstrapRecord(BootstrapKind.Runs, draws.Length, draws) : null,
                },
            ],
        };
    }

    /// <summary>Returns a table as it is read.</summary>
    public static DataTable Table(IReadOnlyList<LawObservation> rows) => DataTableReader.Parse("rows.csv", Content(rows));

    private static byte[] Content(IReadOnlyList<LawObservation> rows) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', rows
        .Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{row.Run},{row.Point.Size * 1e9:R},{row.Point.Rate:R},{row.Point.BaseLoss:R},{row.Point.Tokens * 1e9:R},{row.Loss:R}"))
        .Prepend("run,n0,rho,l0,tokens,loss")));
}
