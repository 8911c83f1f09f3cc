using System.Xml.Linq;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.Core.Tests.Reports;

public sealed class ChartFileTests
{
    [Fact]
    public void A_chart_is_a_picture_of_its_own_with_a_shape_for_each_series()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("chart.svg");
        new LineChart
        {
            Title = "A & B",
            XLabel = "bytes",
            YLabel = "µs",
            IsXLogarithmic = true,
            IsYLogarithmic = true,
            Series =
            [
                new ChartSeries { Name = "ours", Points = [new ChartPoint(14, 0.3), new ChartPoint(15, 0.5)] },
                new ChartSeries { Name = "quoted", Points = [], Raw = [new ChartPoint(3, 8.7)] },
            ],
        }.Save(path);
        var svg = XDocument.Load(path).Root!;
        Assert.Equal("http://www.w3.org/2000/svg", svg.Name.NamespaceName);
        var classes = svg.Descendants().Select(element => (string?)element.Attribute("class")).ToArray();
        Assert.Contains("line s0", classes);
        Assert.Contains("dot raw s1", classes);
        Assert.Contains("quoted", svg.Descendants().Select(element => element.Value));
        Assert.NotNull(svg.Element(svg.Name.Namespace + "style"));
    }
}
