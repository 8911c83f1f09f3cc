using System.Diagnostics;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.SparseRL.Rewards;
using LlmEfficiency.Testing;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Rewards;

/// <summary>Programs of a few lines of shell, well-behaved and hostile.</summary>
public sealed class ExternalRewardTests : IDisposable
{
    // Answers each line with its length, after what stands before it.
    private const string Counting = """
        while read -r line; do
          id=${line#*\"id\":}; id=${id%%,*}
          echo "{\"id\":$id,\"reward\":${#line}}"
        done
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_response_gets_its_answer_over_one_process()
    {
        using var reward = Program($"echo x >> {_folder.File("starts")}\n{Counting}");
        RewardRequest[] batch = [.. Enumerable.Range(0, 300).Select(index => Judged.Response(new string('a', index)))];
        for (var round = 0; round < 3; round++)
        {
            var values = reward.Score(batch, TestContext.Current.CancellationToken);
            for (var index = 1; index < batch.Length; index++)
            {
                // One letter more; ids grow too, so a tenth digit may come in.
                Assert.InRange(values[index] - values[index - 1], 1, 2);
            }
        }

        Assert.Empty(reward.Score([], TestContext.Current.CancellationToken));
        Assert.Equal("x", File.ReadAllText(_folder.File("starts")).Trim());
    }

    [Fact]
    public void Answers_may_come_in_any_order_and_only_at_the_end()
    {
        using var reward = Program("""
            read -r a; read -r b; read -r c
            echo '{"id":2,"reward":0.5}'; echo; echo '{"reward":-1e3,"id":0}'; echo '{"id":1,"reward":7,"more":"of it"}'
            cat > /dev/null
            """);
        Assert.Equal([-1000, 7, 0.5], reward.Score([Judged.Response("a"), Judged.Response("b"), Judged.Response("c")], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Text_of_any_kind_arrives_on_one_line()
    {
        using var reward = Program($"read -r line; printf '%s' \"$line\" > {_folder.File("line")}; echo '{{\"id\":0,\"reward\":1}}'; cat > /dev/null");
        reward.Score([Judged.Response("a\n\"b\" \\frac{ü}\u2028")], TestContext.Current.CancellationToken);
        using var line = System.Text.Json.JsonDocument.Parse(File.ReadAllText(_folder.File("line")));
        Assert.Equal("a\n\"b\" \\frac{ü}\u2028", line.RootElement.GetProperty("response").GetString());
        Assert.Equal("7", line.RootElement.GetProperty("reference").GetString());
        Assert.Equal("stop_token", line.RootElement.GetProperty("finish").GetString());
        Assert.Equal(3, line.RootElement.GetProperty("tokens").GetInt32());
    }

    [Theory]
    [InlineData("cat > /dev/null; sleep 60", "1 of 1 rewards were not there after 0.5 s", 0.5)]
    [InlineData("sleep 60", "1 of 1 rewards were not there after 0.5 s", 0.5)]
    [InlineData("read -r line; echo seven; sleep 60", "its answer 'seven' is no JSON", 30)]
    [InlineData("read -r line; echo '[1]'; sleep 60", "its answer '[1]' has no whole number 'id'", 30)]
    [InlineData("read -r line; echo '{\"id\":0}'; sleep 60", "has no finite number 'reward'", 30)]
    [InlineData("read -r line; echo '{\"id\":0,\"reward\":NaN}'; sleep 60", "is no JSON", 30)]
    [InlineData("read -r line; echo '{\"id\":0,\"reward\":1e999}'; sleep 60", "has no finite number 'reward'", 30)]
    [InlineData("read -r line; echo '{\"id\":0,\"error\":\"no model\"}'; sleep 60", "tells an error: no model", 30)]
    [InlineData("read -r line; echo '{\"id\":9,\"reward\":1}'; sleep 60", "it answered id 9, which was not asked", 30)]
    [InlineData("read -r line; echo lost >&2; exit 3", "it ended with exit code 3, 1 rewards missing; its standard error ends: lost", 30)]
    [InlineData("exit 0", "it ended with exit code 0, 1 rewards missing", 30)]
    [InlineData("read -r line; head -c 200000 /dev/zero; sleep 60", "it wrote a line of more than 65536 bytes", 30)]
    public void A_program_that_fails_twice_ends_the_work_with_its_reason(string script, string why, double seconds)
    {
        using var reward = Program($"echo x >> {_folder.File("starts")}\n{script}", seconds);
        var clock = Stopwatch.StartNew();
        var failure = Assert.Throws<LlmEfficiencyException>(() => reward.Score([Judged.Response("a")], TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Environment, failure.Kind);
        Assert.Contains("reward external: '/bin/sh", failure.Message, StringComparison.Ordinal);
        Assert.Contains("failed twice", failure.Message, StringComparison.Ordinal);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, File.ReadAllLines(_folder.File("starts")).Length);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 50); // the programs sleep for a minute
    }

    [Fact]
    public void A_program_that_dies_once_is_started_again_and_asked_all()
    {
        var mark = _folder.File("died");
        using var reward = Program($"if [ ! -e {mark} ]; then read -r line; touch {mark}; exit 1; fi\n{Counting}");
        Assert.Equal(3, reward.Score([Judged.Response("a"), Judged.Response("b"), Judged.Response("c")], TestContext.Current.CancellationToken).Count(value => value > 0));
    }

    [Fact]
    public void A_flood_on_standard_error_holds_nobody_up()
    {
        using var reward = Program($"head -c 3000000 /dev/zero >&2\n{Counting}");
        Assert.Single(reward.Score([Judged.Response("a")], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Questions_larger_than_every_pipe_are_answered_while_they_are_asked()
    {
        using var reward = Program(Counting);
        RewardRequest[] batch = [.. Enumerable.Range(0, 40).Select(_ => Judged.Response(new string('a', 20_000)))];
        Assert.All(reward.Score(batch, TestContext.Current.CancellationToken), value => Assert.True(value > 20_000));
    }

    [Fact]
    public void Disposal_and_cancellation_kill_the_program_and_its_children()
    {
        var script = $"echo $$ > {_folder.File("pid")}; sleep 600 & echo $! > {_folder.File("part")}; mv {_folder.File("part")} {_folder.File("child")}; wait";
        using var reward = Program(script);
        using var soon = new CancellationTokenSource();
        using var watcher = new Timer(
            _ =>
            {
                if (File.Exists(_folder.File("child")))
                {
                    soon.Cancel();
                }
            },
            null,
            0,
            50);
        Assert.ThrowsAny<OperationCanceledException>(() => reward.Score([Judged.Response("a")], soon.Token));
        AssertEnds(_folder.File("pid"));
        AssertEnds(_folder.File("child"));
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        using var reward = new ExternalReward(["/no/such/judge"], TimeSpan.FromSeconds(1));
        var failure = Assert.Throws<LlmEfficiencyException>(() => reward.Score([Judged.Response("a")], TestContext.Current.CancellationToken));
        Assert.Equal(ErrorKind.Configuration, failure.Kind);
        Assert.Contains("'/no/such/judge' cannot be started", failure.Message, StringComparison.Ordinal);
    }

    private static void AssertEnds(string pidFile)
    {
        var state = $"/proc/{File.ReadAllText(pidFile).Trim()}/stat";
        for (var round = 0; round < 100 && IsAlive(state); round++)
        {
            Thread.Sleep(50);
        }

        Assert.False(IsAlive(state));
    }

    // A killed process whose parent has not asked for its end yet is a zombie.
    private static bool IsAlive(string state)
    {
        try
        {
            return !File.ReadAllText(state).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private ExternalReward Program(string script, double seconds = 30)
    {
        Assert.SkipUnless(File.Exists("/bin/sh") && Directory.Exists("/proc/self"), "needs /bin/sh and /proc");
        var path = _folder.File("judge.sh");
        File.WriteAllText(path, script);
        return new ExternalReward(["/bin/sh", path], TimeSpan.FromSeconds(seconds));
    }
}
