using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using LlmEfficiency.Testing;

namespace LlmEfficiency.P2Law.Tests;

/// <summary>Published measurements, which lie beside the project.</summary>
internal static class SharedRows
{
    private static readonly ILaw Chinchilla = LawList.Find("chinchilla");

    /// <summary>Points of the figure of Hoffmann et al., without the five highest losses: 240 rows.</summary>
    public static IReadOnlyList<LawObservation> Hoffmann(double sizeUnit = 1, double tokenUnit = 1, double? maxFlops = null) => Read(
        "scaling/chinchilla_svg_extracted_data.csv",
        new ObservationColumns
        {
            Loss = "loss",
            Size = "Model Size",
            Flops = "Training FLOP",
            SizeUnit = sizeUnit,
            TokenUnit = tokenUnit,
            DropHighest = 5,
            Run = ObservationColumns.EachRow,
            MaxFlops = maxFlops,
        });

    /// <summary>8 runs of 25 checkpoints of dense models; sizes in millions, tokens in billions.</summary>
    public static IReadOnlyList<LawObservation> DeepMind() => Read(
        "scaling/deepmind_dense.csv",
        new ObservationColumns { Run = "1", Size = "2", Tokens = "3", Loss = "4", SizeUnit = 1e6, TokenUnit = 1e9 });

    private static IReadOnlyList<LawObservation> Read(string file, ObservationColumns columns) =>
        ObservationReader.Read(DataTableReader.Read(SharedData.Require(file)), columns, Chinchilla).Rows;
}
