using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Reports;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.SparseRL.Objectives;
using LlmEfficiency.SparseRL.Rollouts;
using LlmEfficiency.SparseRL.Training;
using Xunit;

namespace LlmEfficiency.SparseRL.Tests.Training;

public sealed class RlRunTests : IDisposable
{
    private static readonly string[] Logs = ["metrics.jsonl", "rollouts.jsonl", Path.Join("model", "model.safetensors")];

    private readonly RlRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void A_run_stopped_and_resumed_leaves_the_same_bytes()
    {
        Assert.Null(_rig.Start("whole").Stop);
        Assert.Equal(StopReason.Terminate, _rig.Start("parts", stopAt: 1, threads: 2).Stop);
        Assert.Null(_rig.Resume("parts", stopAt: 3).ModelFolder);
        Assert.Equal(_rig.Rows("whole")[^1].Step, _rig.Resume("parts", threads: 3).State.Iteration);
        Assert.All(Logs, log => Assert.Equal(_rig.Bytes("whole", log), _rig.Bytes("parts", log)));
        var drawn = RolloutJournal.OfRun(_rig.Folder("parts")).Select(entry => (entry.Rollout.Prompt, entry.Rollout.Sample)).ToArray();
        Assert.Equal(
            from prompt in Enumerable.Range(0, 4 * 4) from sample in Enumerable.Range(0, 4) select ((long)prompt, sample), drawn);

        Die("died", at: 3); // saved after the second
        Assert.Equal(3, RolloutJournal.OfRun(_rig.Folder("died")).Max(entry => entry.Iteration));
        _rig.Resume("died");
        Assert.All(Logs, log => Assert.Equal(_rig.Bytes("whole", log), _rig.Bytes("died", log)));
    }

    [Fact]
    public void A_run_that_died_before_its_first_checkpoint_begins_anew()
    {
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { Iterations = 2 } };
        _rig.Start("whole");
        Die("died", at: 1);
        Assert.Equal([0, 1], _rig.Rows("died").Select(row => row.Step)); // the evaluation before the first iteration, and the first
        _rig.Resume("died");
        Assert.All(Logs, log => Assert.Equal(_rig.Bytes("whole", log), _rig.Bytes("died", log)));
    }

    [Fact]
    public void The_policy_learns_what_it_is_paid_for()
    {
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { Iterations = 16 }, Evaluation = _rig.Settings.Evaluation with { Every = 0 } };
        _rig.Start("run", threads: 2);
        var rewards = _rig.Metric("run", "reward");
        Assert.True(
            rewards.TakeLast(5).Average() > rewards.Take(5).Average() + 0.2,
            $"from {rewards.Take(5).Average():F2} to {rewards.TakeLast(5).Average():F2}");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1.6)]
    public void A_budget_for_everything_is_the_dense_run(double temperature)
    {
        _rig.Settings = _rig.Settings with
        {
            Rollout = _rig.Settings.Rollout with { Temperature = temperature },
            Training = _rig.Settings.Training with { Iterations = 2 },
            Evaluation = _rig.Settings.Evaluation with { Every = 0 },
        };
        var rollout = _rig.Settings.Rollout;
        _rig.Start("sparse");
        _rig.Settings = _rig.Settings with { Rollout = rollout with { Cache = rollout.Cache with { Budget = 100 } } };
        _rig.Start("all");
        _rig.Settings = _rig.Settings with { Preset = "naive", Rollout = rollout with { Cache = new CacheSettings { Policy = "dense" } } };
        _rig.Start("dense");
        Assert.Equal(_rig.Bytes("dense", Logs[2]), _rig.Bytes("all", Logs[2]));
        Assert.NotEqual(_rig.Bytes("dense", Logs[2]), _rig.Bytes("sparse", Logs[2]));
        Assert.All(_rig.Metric("all", "rollout_corr/rollout_is_min"), ratio => Assert.Equal(1, ratio));
        Assert.All(_rig.Metric("all", "rollout/kept_ratio"), ratio => Assert.Equal(1, ratio));
        Assert.Contains(_rig.Metric("sparse", "rollout_corr/rollout_is_min"), ratio => ratio < 0.999);
    }

    [Fact]
    public void Log_probabilities_of_a_full_cache_are_those_of_the_dense_pass()
    {
        // The sampler's numbers come from cached decoding, the trainer's from whole sequences: other kernels, other rounding.
        _rig.Settings = _rig.Settings with
        {
            Rollout = _rig.Settings.Rollout with { Temperature = 1.3, Cache = new CacheSettings { Policy = "r-kv", Budget = 12, Interval = 8 } },
        };
        using var machine = RlMachine.Open(_rig.Settings, RlRig.Host(1));
        var batch = machine.Trainer.Prepare(0);
        Assert.All(batch.LogProbabilities, (sequence, index) =>
        {
            var rollout = batch.Rollouts[index];
            Assert.True(rollout.ExactTokens > 0);
            for (var token = 0; token < rollout.ExactTokens; token++)
            {
                Assert.Equal(sequence.Old[token], rollout.LogProbabilities[token], 2e-5f);
            }
        });
        Assert.Contains(batch.Rollouts, rollout => rollout.ExactTokens < rollout.ResponseIds.Count);
    }

    [Fact]
    public void Responses_do_not_depend_on_what_is_decoded_beside_them()
    {
        var together = RlMeasurement.Draw(_rig.Settings, RlRig.Host(1), 3);
        var alone = RlMeasurement.Draw(_rig.Settings with { Rollout = _rig.Settings.Rollout with { Batch = 1 } }, RlRig.Host(2), 3);
        Assert.Equal(together.Select(entry => entry.Rollout.ResponseIds), alone.Select(entry => entry.Rollout.ResponseIds));
    }

    [Fact]
    public void Everything_rejected_skips_the_updates_and_is_counted()
    {
        _rig.Settings = _rig.Settings with
        {
            Objective = new ObjectiveSettings { RolloutCorrection = new() { RolloutTokenVetoThreshold = 1 - 1e-9 } },
            Training = _rig.Settings.Training with { Iterations = 2, UpdatesPerIteration = 16 },
            Evaluation = _rig.Settings.Evaluation with { Every = 0 },
        };
        var outcome = _rig.Start("run");
        Assert.Equal(32, outcome.State.Updates + outcome.State.SkippedUpdates);
        Assert.All(_rig.Metric("run", "rollout_corr/rejection_rate"), rate => Assert.InRange(rate, 0.5, 1));
        Assert.True(outcome.State.SkippedUpdates > 0);
        Assert.Equal(outcome.State.SkippedUpdates, _rig.Metric("run", "updates_skipped").Sum());
    }

    [Fact]
    public void Dynamic_sampling_draws_on_until_groups_differ()
    {
        _rig.Settings = _rig.Settings with
        {
            Preset = "naive",
            Rewards = [new() { Kind = "length", FullTokens = 3, NoneTokens = 4 }], // seldom paid
            Objective = new ObjectiveSettings { FilterGroups = new() { Enable = true } },
            Training = _rig.Settings.Training with { Iterations = 2 },
        };
        _rig.Start("run");
        var drawn = _rig.Metric("run", "rollout/prompts").Sum();
        Assert.Equal(drawn, _rig.Metric("run", "next_prompt")[^1]);
        Assert.True(drawn > 8);
    }

    [Theory]
    [InlineData("gspo")]
    [InlineData("dr-grpo")]
    [InlineData("official-code")]
    [InlineData("bypass")]
    [InlineData("grpo")]
    public void Every_objective_trains(string preset)
    {
        _rig.Settings = _rig.Settings with { Preset = preset, Training = _rig.Settings.Training with { Iterations = 1, Epochs = 2 } };
        var outcome = _rig.Start("run");
        Assert.Equal(4, outcome.State.Updates);
        Assert.All(_rig.Rows("run").SelectMany(row => row.Values), pair => Assert.True(double.IsFinite(pair.Value), pair.Key));
        Assert.NotEqual(File.ReadAllBytes(Path.Join(_rig.Policy, "model.safetensors")), _rig.Bytes("run", Logs[2]));
    }

    [Fact]
    public void The_report_finds_the_numbers_that_a_run_writes_down()
    {
        _rig.Settings = _rig.Settings with
        {
            Training = _rig.Settings.Training with { Iterations = 2 },
            Evaluation = new() { Every = 1, Prompts = 4, Samples = 2, Caches = [_rig.Settings.Rollout.Cache] },
        };
        _rig.Start("run");
        using var folder = RunFolder.Open(_rig.Folder("run"), readOnly: true);
        var charts = RunReport.Build([folder], charts: RlCharts.All).Sections.OfType<ReportCharts>().First().Charts;
        Assert.Equal(RlCharts.All.Select(chart => chart.Title), charts.Take(RlCharts.All.Count).Select(chart => chart.Title));
        Assert.All(RlCharts.All.Zip(charts), pair => Assert.True(pair.Second.Series.Count >= pair.First.Lines.Count, pair.First.Title));
        var accuracy = charts[1].Series;
        Assert.Equal(["dense", _rig.Settings.Rollout.Cache.Label], accuracy.Select(series => series.Name));
        Assert.All(accuracy, series => Assert.Equal(3, series.Band.Count));
    }

    [Fact]
    public void Other_settings_than_the_runs_are_refused()
    {
        _rig.Start("run", stopAt: 2);
        var other = _rig.Settings with { Training = _rig.Settings.Training with { LearningRate = 1 } };
        var problem = Assert.Throws<LlmEfficiencyException>(() => _rig.Resume("run", settings: other));
        Assert.Contains("training.learning_rate", problem.Message, StringComparison.Ordinal);
        var longer = _rig.Settings with { Training = _rig.Settings.Training with { Iterations = 5 } };
        Assert.Equal(5, _rig.Resume("run", settings: longer).State.Iteration);
    }

    // A process that dies saves nothing; the checkpoints before it stay.
    private void Die(string name, int at)
    {
        using var run = RlRun.Start(_rig.Settings, _rig.Folder(name), RlRig.Host(1));
        Assert.Throws<InvalidDataException>(() => run.Execute(() => null, progress =>
        {
            if (progress.Iteration == at)
            {
                throw new InvalidDataException("died");
            }
        }));
    }
}
