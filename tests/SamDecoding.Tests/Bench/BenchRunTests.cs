using LlmEfficiency.Core.Errors;
using LlmEfficiency.SamDecoding.Bench;
using LlmEfficiency.SamDecoding.Drafting;
using LlmEfficiency.SamDecoding.Replay;
using Xunit;

namespace LlmEfficiency.SamDecoding.Tests.Bench;

public sealed class BenchRunTests
{
    [Fact]
    public void Every_method_gives_the_tokens_of_plain_decoding_in_no_more_steps()
    {
        using var folder = new BenchFolderOfTests();
        var report = folder.Run(["none", "pld", "sam", "suffix", "auto", "backoff"]);
        var plain = report.Methods[0].Overall;
        Assert.Equal((1, 1, 0, 0, 6), (plain.Mat, plain.RowsPerStep, plain.DraftShare, plain.Differing!.Value, plain.Questions));
        Assert.Equal(1, plain.Speedup!.Value, 1e-12);
        Assert.Equal(["mt_bench", "qa"], report.Methods[0].Tasks.Select(task => task.Key));
        foreach (var method in report.Methods.Skip(1))
        {
            Assert.Equal((0, plain.Tokens), (method.Overall.Differing!.Value, method.Overall.Tokens));
            Assert.InRange(method.Overall.DraftShare, 1e-9, 1);
        }

        Assert.InRange(report.Methods.Single(method => method.Name == "backoff").Overall.Mat, 1.05, 41);
    }

    [Theory]
    [InlineData("pld", 64)]
    [InlineData("sam", 64)]
    [InlineData("suffix", 7)]
    [InlineData("suffix-tree", 64)]
    [InlineData("backoff", 5)]
    public void Along_recorded_answers_real_passes_accept_what_a_replay_accepts(string name, int rows)
    {
        using var folder = new BenchFolderOfTests();
        var run = folder.Run(["none", name], new BenchSettings { Rows = rows }, folder.Trace);
        var report = ReplayReport.Run(
            DrafterList.Find(name),
            DraftSources.None,
            ReplayTraces.Read(folder.Questions, folder.Trace, folder.Tokenizer, folder.Form.Template),
            rows,
            TestContext.Current.CancellationToken);
        var live = run.Methods[1].Overall;
        Assert.Equal((report.Tokens, report.Steps, report.Mat), (live.Tokens, live.Steps, live.Mat));
        Assert.Equal(0, live.Differing);
        Assert.InRange(live.Mat, 1.2, rows);
        Assert.Equal((1, live.Tokens), (run.Methods[0].Overall.Mat, run.Methods[0].Overall.Tokens));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(4096)]
    public void Costs_are_measured_whatever_a_pass_may_run(int rows)
    {
        using var folder = new BenchFolderOfTests();
        var report = folder.Run(["none", "auto"], new BenchSettings { MaxTokens = 6, Rows = rows });
        Assert.Equal(0, report.Methods[1].Overall.Differing);
        Assert.InRange(report.Methods[1].Overall.RowsPerStep, 1, rows);
    }

    [Fact]
    public void Answer_files_are_traces()
    {
        using var folder = new BenchFolderOfTests();
        var run = folder.Run(["none", "sam"]);
        var file = Path.Join(folder.Out, "sam.jsonl");
        var (live, recorded) = (run.Methods[1].Overall, ReplayTraces.Recorded(file));
        Assert.Equal((live.Tokens, live.Steps), (recorded.Tokens, recorded.Steps));
        var turns = ReplayTraces.Read(folder.Questions, file, folder.Tokenizer, folder.Form.Template);
        Assert.Equal((7, live.Tokens), (turns.Count, turns.Sum(turn => turn.Answer.Count)));
        var replayed = ReplayReport.Run(DrafterList.Find("sam"), DraftSources.None, turns, 64, TestContext.Current.CancellationToken);
        // An answer that was cut off may have been foretold to its end: one step an answer.
        Assert.InRange(live.Steps - replayed.Steps, 0, 7);
        var lines = File.ReadAllLines(Path.Join(folder.Out, "bench.csv"));
        Assert.Equal("model,weights,method,category,mat,rowsPerStep,tokensPerSecond,speedup,draftShare,prefillShare", lines[0]);
        Assert.Equal(1 + (2 * 3), lines.Length);
        Assert.StartsWith("toy,random,none,mt_bench,1,1,", lines[1], StringComparison.Ordinal);
        var sources = File.ReadAllLines(Path.Join(folder.Out, "sources.csv"));
        Assert.Equal("model,weights,method,category,source,share,mat", sources[0]);
        Assert.StartsWith("toy,random,sam,mt_bench,dynamic,", sources[1], StringComparison.Ordinal); // plain decoding has no drafts
        Assert.Equal(1 + 3, sources.Length);
        Assert.Equal(live.Sources, folder.Run(["none", "sam"]).Methods[1].Overall.Sources); // read again
    }

    [Fact]
    public void A_stopped_run_goes_on_as_if_it_had_not_been_stopped()
    {
        using var whole = new BenchFolderOfTests();
        using var stopped = new BenchFolderOfTests();
        string[] names = ["none", "suffix", "backoff"];
        var expected = whole.Run(names, trace: whole.Trace);
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => stopped.Run(
            names, trace: stopped.Trace, onDone: done => { if (done == 2) { stop.Cancel(); } }, stop: stop));
        var file = Path.Join(stopped.Out, "suffix.jsonl");
        var before = File.ReadAllLines(file);
        Assert.Equal(2, before.Length);
        File.AppendAllText(file, "{\"question_id\":3,\"catego"); // a line that a killed run left
        var report = stopped.Run(names, trace: stopped.Trace);
        Assert.Equal(before, File.ReadAllLines(file).Take(2));
        Assert.Equal(
            expected.Methods.Select(method => (method.Name, method.Overall.Tokens, method.Overall.Steps, method.Overall.RowsPerStep)),
            report.Methods.Select(method => (method.Name, method.Overall.Tokens, method.Overall.Steps, method.Overall.RowsPerStep)));
        var again = stopped.Run(names, trace: stopped.Trace);
        Assert.Equal(report.ToJson(), again.ToJson()); // nothing was measured anew, times least of all
    }

    [Fact]
    public void Figures_of_other_settings_do_not_mix()
    {
        using var folder = new BenchFolderOfTests();
        folder.Run(["none"], new BenchSettings { MaxTokens = 4, Rows = 8 });
        var error = Assert.Throws<LlmEfficiencyException>(() => folder.Run(["none"], new BenchSettings { MaxTokens = 4, Rows = 9 }));
        Assert.Contains("rows was '8' and is '9' now", error.Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Join(folder.Out, "pld.jsonl"), """{"question_id":1,"category":"x","choices":[{"turns":["a"]}]}""" + "\n");
        error = Assert.Throws<LlmEfficiencyException>(() => folder.Run(["pld"], new BenchSettings { MaxTokens = 4, Rows = 8 }));
        Assert.Contains("pld.jsonl: line 1: token_ids is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_into_the_context_is_left_out()
    {
        using var folder = new BenchFolderOfTests();
        File.AppendAllText(folder.Questions, $$"""{"question_id":9,"category":"qa","turns":["{{new string('x', 700)}}"]}""" + "\n");
        File.AppendAllText(folder.Questions, $$"""{"question_id":10,"category":"qa","turns":["a","{{new string('x', 700)}}"]}""" + "\n");
        var report = folder.Run(["none"]);
        Assert.Equal((1, 7), (report.Skipped, report.Methods[0].Overall.Questions));
    }
}
