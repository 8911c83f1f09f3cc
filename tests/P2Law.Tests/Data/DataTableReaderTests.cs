using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.P2Law.Data;
using LlmEfficiency.P2Law.Laws;
using Xunit;

namespace LlmEfficiency.P2Law.Tests.Data;

public sealed class DataTableReaderTests
{
    private static readonly ILaw Chinchilla = LawList.Find("chinchilla");

    private static readonly ObservationColumns Columns = new() { Loss = "loss", Size = "n", Tokens = "d" };

    [Theory]
    [InlineData("a.csv", "n,d,loss\n1e9,2e9,3.5\n4,5,6\n")]
    [InlineData("a.csv", "\uFEFFloss;n;d\r\n3.5;1e9;2e9\r\n\r\n6;4;5")]
    [InlineData("a.tsv", "n\tnote\td\tloss\n1e9\t1,2\t2e9\t3.5\n4\tx\t5\t6\n")]
    [InlineData("a.csv", "n,\"the \"\"note\"\"\",d,loss\n1e9,\"a, b\nc\",2e9,3.5\n4,,5,6\n")]
    [InlineData("a.jsonl", "{\"n\": 1e9, \"d\": \"2e9\", \"loss\": 3.5, \"more\": {\"x\": [1]}}\n\n{\"loss\": 6, \"d\": 5, \"n\": 4}")]
    public void The_same_rows_come_out_of_every_form(string name, string text)
    {
        var rows = ObservationReader.Read(Parse(name, text), Columns, Chinchilla).Rows;
        Assert.Equal([(1e9, 2e9, 3.5), (4, 5, 6)], rows.Select(row => (row.Point.Size, row.Point.Tokens, row.Loss)));
    }

    [Fact]
    public void Columns_without_names_are_numbered_and_compute_gives_tokens()
    {
        var columns = new ObservationColumns { Loss = "3", Size = "1", Flops = "2", SizeUnit = 1e6, TokenUnit = 10 };
        var row = Assert.Single(ObservationReader.Read(Parse("a.csv", "2e6,1.2e9,3\n"), columns, Chinchilla).Rows);
        Assert.Equal((2, 10, 3), (row.Point.Size, row.Point.Tokens, row.Loss)); // 1.2e9 / (6 · 2e6) = 100 tokens
    }

    [Theory]
    [InlineData("n,d,loss\n1,2,3\n1,2,x\n", "line 3, column 'loss': 'x' is here")]
    [InlineData("n,d,loss\n1,,3\n", "line 2, column 'd': nothing is here")]
    [InlineData("n,d,loss\n1,-2,3\n", "column 'd': '-2' is here, allowed is a number above 0")]
    [InlineData("n,d,loss\n1,NaN,3\n", "column 'd': 'NaN' is here")]
    [InlineData("n,d,loss\n1,2,3\n1,2\n", "line 3 has 2 cells, the first one 3")]
    [InlineData("n,d,los\n1,2,3\n", "there is no column 'loss': did you mean 'los'?")]
    [InlineData("n,n,loss\n1,2,3\n", "the column 'n' is there twice")]
    [InlineData("n,d,loss\n", "there are no rows")]
    [InlineData("", "is empty")]
    public void What_cannot_be_read_is_told_with_its_place(string text, string said)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => ObservationReader.Read(Parse("a.csv", text), Columns, Chinchilla));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void A_law_names_the_column_that_it_lacks()
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() =>
            ObservationReader.Read(Parse("a.csv", "n,d,loss\n1,2,3\n"), Columns, Planted.Law));
        Assert.Equal(ErrorKind.Usage, problem.Kind);
        Assert.Contains("the law p2 needs --rho", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Controls_and_filtered_rows_are_left_out_and_counted()
    {
        const string Text = "n,d,rho,loss\n1,1,0,3\n1,5,0.2,4\n1,9,0.2,3.5\n1,7,0.2,9\n";
        var columns = Columns with { Rate = "rho", BaseLoss = "=2.5", MinTokens = 2, DropHighest = 1, MaxTokens = 8 };
        var set = ObservationReader.Read(Parse("a.csv", Text), columns, Planted.Law);
        Assert.Equal((4, 2.5), (Assert.Single(set.Rows).Loss, set.Rows[0].Point.BaseLoss));
        Assert.Equal(3, set.Notes.Count);
        set = ObservationReader.Read(Parse("a.csv", Text), columns with { MinTokens = null, DropHighest = 0 }, Planted.Law);
        Assert.Contains(set.Notes, note => note.Contains("rho = 0", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_of_equal_size_are_one_run_with_a_note_unless_each_row_is_one()
    {
        const string Text = "n,d,loss,run\n1,1,3,a\n1,2,2.5,a\n1,3,2.4,b\n2,1,2,b\n";
        var set = ObservationReader.Read(Parse("a.csv", Text), Columns, Chinchilla);
        Assert.Equal(2, Runs(set));
        Assert.Equal(
            "--run is not given: rows of equal N, rho and L0 are taken for one run, 2 runs of 4 rows; --run each-row makes each row a run",
            Assert.Single(set.Notes));
        foreach (var (run, count) in new[] { (ObservationColumns.EachRow, 4), ("run", 2), ("=all", 1) })
        {
            set = ObservationReader.Read(Parse("a.csv", Text), Columns with { Run = run }, Chinchilla);
            Assert.Equal((count, 0), (Runs(set), set.Notes.Count));
        }

        static int Runs(ObservationSet set) => set.Rows.Select(row => row.Run).Distinct().Count();
    }

    private static DataTable Parse(string name, string text) => DataTableReader.Parse(name, Encoding.UTF8.GetBytes(text));
}
