using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Models;
using LlmEfficiency.Core.Optimization;
using LlmEfficiency.Core.Runs;
using LlmEfficiency.Core.Tests.Runs;
using LlmEfficiency.Core.Training;
using LlmEfficiency.Crash;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

public sealed class TrainingRunTests : IDisposable
{
    private readonly RunRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void A_run_stopped_and_resumed_at_any_step_leaves_the_same_bytes(string precision)
    {
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { Steps = 16, Precision = precision } };
        var whole = _rig.Start("whole", threads: 1);
        Assert.Null(whole.Stop);
        foreach (var stops in new[] { [1], [10, 11], new[] { 7, 13, 15 } })
        {
            var name = $"parts-{stops.Length}-{stops[0]}";
            Assert.Equal(StopReason.Terminate, _rig.Start(name, stops[0], threads: 2).Stop);
            foreach (var stop in stops.Skip(1))
            {
                Assert.Null(_rig.Resume(name, stop, threads: 3).ModelFolder);
                Assert.Equal(stop, _rig.Checkpoints(name)[^1]);
            }

            Assert.Equal(whole.State, _rig.Resume(name, threads: 5).State);
            Assert.Equal(_rig.Metrics("whole"), _rig.Metrics(name));
            Assert.Equal(_rig.Weights("whole"), _rig.Weights(name));
            Assert.Equal(_rig.Manifest("whole", 16), _rig.Manifest(name, 16)); // weights, both means, state
        }
    }

    [Fact]
    public void Lines_of_the_log_tell_a_chain_of_samples()
    {
        _rig.Settings = _rig.Settings with { Logging = new LoggingSettings { Every = 1 } };
        _rig.Start("run", stopAt: 12);
        _rig.Resume("run");
        var rows = _rig.Rows("run").Where(row => row.Values.ContainsKey("first_sample")).ToArray();
        Assert.Equal(Enumerable.Range(1, 40).Select(step => (long)step), rows.Select(row => row.Step));
        Assert.Equal(0, rows[0].Values["first_sample"]);
        Assert.Equal(rows.SkipLast(1).Select(row => row.Values["next_sample"]), rows.Skip(1).Select(row => row.Values["first_sample"]));
        Assert.True(rows[^1].Values["loss"] < rows[0].Values["loss"]);
    }

    [Fact]
    public void A_crash_behind_a_checkpoint_is_cut_away_and_repeated()
    {
        _rig.Start("whole");
        using (var run = TrainingRun.Start(_rig.Settings, _rig.Folder("crashed"), TinyTraining.Host(1)))
        {
            Assert.Throws<InvalidDataException>(() => run.Execute(() => null, progress =>
            {
                if (progress.Report.Step == 14)
                {
                    throw new InvalidDataException("crash"); // saved at step 10, logged until 12
                }
            }));
        }

        Assert.Equal(10, _rig.Checkpoints("crashed")[^1]);
        Assert.Equal(12, _rig.Rows("crashed")[^1].Step);
        _rig.Resume("crashed");
        Assert.Equal(_rig.Metrics("whole"), _rig.Metrics("crashed"));
        Assert.Equal(_rig.Weights("whole"), _rig.Weights("crashed"));
    }

    [Fact]
    public void A_run_that_is_over_can_be_resumed_and_stays()
    {
        _rig.Start("run");
        var (metrics, weights) = (_rig.Metrics("run"), _rig.Weights("run"));
        Directory.Delete(Path.Join(_rig.Folder("run"), "model"), recursive: true);
        Assert.Equal(40, _rig.Resume("run").State.Step);
        Assert.Equal(metrics, _rig.Metrics("run"));
        Assert.Equal(weights, _rig.Weights("run"));
    }

    [Fact]
    public void Other_data_are_refused_and_the_run_stays()
    {
        _rig.Start("run", stopAt: 6);
        var texts = Path.Join(_rig.Inputs, "texts.txt");
        var before = File.ReadAllText(texts);
        File.WriteAllText(texts, before.Replace("fox", "box", StringComparison.Ordinal));
        var problem = RunRig.Refused(() => _rig.Resume("run"));
        Assert.Equal(ErrorKind.Input, problem.Kind);
        Assert.Contains("data", problem.Message, StringComparison.Ordinal);
        File.WriteAllText(texts, before);
        Assert.Equal(40, _rig.Resume("run").State.Step);
    }

    [Fact]
    public void Another_evaluation_is_taken_over_and_a_refused_one_leaves_the_run_as_it_was()
    {
        _rig.Start("run", stopAt: 6);
        var wanted = _rig.Settings with { Evaluation = new EvaluationSettings { Every = 4, Documents = 3 } };
        var texts = Path.Join(_rig.Inputs, "texts.txt");
        var before = File.ReadAllText(texts);
        File.WriteAllText(texts, before.Replace("fox", "box", StringComparison.Ordinal));
        var description = File.ReadAllBytes(Path.Join(_rig.Folder("run"), "run.json"));
        RunRig.Refused(() => _rig.Resume("run", settings: wanted));
        Assert.Equal(description, File.ReadAllBytes(Path.Join(_rig.Folder("run"), "run.json")));

        File.WriteAllText(texts, before);
        _rig.Resume("run", stopAt: 12, settings: wanted);
        Assert.Equal(40, _rig.Resume("run").State.Step);
        Assert.Equal([8, 12, 16], Evaluations("run").Take(3).Select(row => row.Step));
    }

    [Fact]
    public void Settings_that_would_change_steps_already_made_are_refused()
    {
        _rig.Start("run", stopAt: 6);
        var other = _rig.Settings with { Training = _rig.Settings.Training with { LearningRate = 1e-4 } };
        var problem = RunRig.Refused(() => _rig.Resume("run", settings: other));
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.Contains("settings.training.learning_rate", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_does_not_improve_ends_early()
    {
        _rig.Settings = _rig.Settings with
        {
            Evaluation = new EvaluationSettings { Every = 2, Documents = 10, Patience = 3, MinImprovement = 1000 },
        };
        var outcome = _rig.Start("run");
        Assert.True(outcome.IsEarly);
        Assert.Equal(8, outcome.State.Step); // the first evaluation is the best, three more are not better
        Assert.Equal((2, 3), (outcome.State.BestStep, outcome.State.StaleEvaluations));
        Assert.NotNull(outcome.ModelFolder);
        Assert.Equal([2, 4, 6, 8], Evaluations("run").Select(row => row.Step));
        Assert.Equal(8, _rig.Resume("run").State.Step);
    }

    [Fact]
    public void The_newest_checkpoints_and_the_best_one_are_kept()
    {
        _rig.Settings = _rig.Settings with
        {
            Evaluation = new EvaluationSettings { Every = 3, Documents = 10, MinImprovement = 1000 }, // the first one is the best
            Checkpoints = new CheckpointSettings { Every = 5, Keep = 2 },
        };
        Assert.Equal(3, _rig.Start("best").State.BestStep);
        Assert.Equal([3, 35, 40], _rig.Checkpoints("best"));

        _rig.Settings = _rig.Settings with { Checkpoints = new CheckpointSettings { Every = 5, Keep = 3, KeepBest = false } };
        _rig.Start("newest");
        Assert.Equal([30, 35, 40], _rig.Checkpoints("newest"));
        Assert.Equal(_rig.Metrics("best"), _rig.Metrics("newest"));
    }

    [Fact]
    public void The_best_step_is_that_of_the_least_validation_loss()
    {
        _rig.Settings = _rig.Settings with { Evaluation = new EvaluationSettings { Every = 3, Documents = 10 } };
        var state = _rig.Start("run").State;
        var best = Evaluations("run").MinBy(row => row.Values["validation_loss"])!;
        Assert.Equal((best.Step, best.Values["validation_loss"]), (state.BestStep!.Value, state.BestLoss!.Value));
        Assert.Contains(best.Step, _rig.Checkpoints("run"));
    }

    [Fact]
    public void Numbers_that_explode_end_the_run_and_the_last_checkpoint_loads()
    {
        _rig.Settings = _rig.Settings with
        {
            Training = _rig.Settings.Training with
            {
                LearningRate = 1e30,
                ClipNorm = null,
                WarmupSteps = 0,
                Schedule = ScheduleKind.Constant,
            },
            Evaluation = _rig.Settings.Evaluation with { Every = 0 },
            Checkpoints = _rig.Settings.Checkpoints with { Every = 1 },
        };
        var problem = RunRig.Refused(() => _rig.Start("run"));
        Assert.Equal(ErrorKind.Numerics, problem.Kind);
        var last = _rig.Checkpoints("run")[^1];
        Assert.StartsWith($"step {last + 1}: ", problem.Message);
        Assert.Equal(problem.Message, RunRig.Refused(() => _rig.Resume("run")).Message);
    }

    [Fact]
    public void Wherever_the_disk_becomes_full_the_checkpoint_before_it_goes_on()
    {
        _rig.Settings = _rig.Settings with
        {
            Training = _rig.Settings.Training with { Steps = 8 },
            Evaluation = _rig.Settings.Evaluation with { Every = 0 },
            Checkpoints = new CheckpointSettings { Every = 4, Keep = 1 },
        };
        var counting = new FailingDisk();
        _rig.Start("whole", files: counting);
        var firstIsThere = counting.Calls.IndexOf("move temporary-step-00000004 step-00000004");
        Assert.InRange(firstIsThere, 5, counting.Calls.Count - 10);
        for (var failAt = 0; failAt < counting.Calls.Count; failAt += 5) // CheckpointFaultTests has them all
        {
            var name = $"full-{failAt}";
            var problem = RunRig.Refused(() => _rig.Start(name, files: new FailingDisk(failAt, forEver: true)));
            Assert.Equal(ErrorKind.Disk, problem.Kind);
            Assert.Contains("No space left on device", problem.Message, StringComparison.Ordinal);
            Assert.InRange(_rig.Checkpoints(name).Count, failAt > firstIsThere ? 1 : 0, 2);

            _rig.Resume(name, files: new FailingDisk());
            Assert.Equal(_rig.Metrics("whole"), _rig.Metrics(name));
            Assert.Equal(_rig.Weights("whole"), _rig.Weights(name));
        }
    }

    [Fact]
    public void A_setting_that_cannot_work_leaves_no_folder()
    {
        _rig.Settings = _rig.Settings with { Data = _rig.Settings.Data with { SequenceLength = 64 } };
        Assert.Contains("do not fit in shards", RunRig.Refused(() => _rig.Start("run")).Message, StringComparison.Ordinal);
        _rig.Settings = _rig.Settings with
        {
            Data = _rig.Settings.Data with { SequenceLength = 32 },
            Model = _rig.Settings.Model with { KeyValueHeads = 7 },
        };
        Assert.Equal(ErrorKind.Configuration, RunRig.Refused(() => _rig.Start("run")).Kind);
        Assert.False(Directory.Exists(_rig.Folder("run")));
    }

    [Fact]
    public void What_a_killed_start_left_is_no_obstacle()
    {
        Directory.CreateDirectory(_rig.Folder("run"));
        File.WriteAllText(Path.Join(_rig.Folder("run"), "run.lock"), "");
        File.WriteAllText(Path.Join(_rig.Folder("run"), "run.json.0123.tmp"), "{");
        Assert.Equal(40, _rig.Start("run").State.Step);
        Assert.Empty(Directory.GetFiles(_rig.Folder("run"), "*.tmp"));
        Assert.Contains("something lies here already", RunRig.Refused(() => _rig.Start("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_trained_model_is_one_that_loads_and_training_goes_on_from()
    {
        var first = _rig.Start("first");
        _rig.Settings = _rig.Settings with { Model = new ModelSettings { From = first.ModelFolder } };
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { LearningRate = 0 } };
        var second = _rig.Start("second");
        Assert.Equal(_rig.Weights("first"), _rig.Weights("second"));
        Assert.Equal(first.State.BestLoss!.Value, second.State.BestLoss!.Value, 0.05);
    }

    private IEnumerable<MetricRow> Evaluations(string name) => _rig.Rows(name).Where(row => row.Values.ContainsKey("validation_loss"));

    [Fact]
    public void A_hook_measures_the_model_of_the_moment()
    {
        var hook = new FirstWeight();
        using (var run = TrainingRun.Start(_rig.Settings, _rig.Folder("hooked"), TinyTraining.Host(2) with { Hooks = [hook] }))
        {
            run.Execute(() => null);
        }

        var logged = _rig.Rows("hooked").Where(row => row.Values.ContainsKey("first_weight")).Select(row => row.Values["first_weight"]).ToArray();
        Assert.True(logged.Length > 1);
        Assert.Equal(hook.Seen, logged);
        Assert.Equal(logged.Length, logged.Distinct().Count());
    }

    private sealed class FirstWeight : IEvaluationHook
    {
        public List<double> Seen { get; } = [];

        public IReadOnlyList<KeyValuePair<string, double>> Measure(Transformer model)
        {
            Assert.Equal(1, TorchThreads.Current);
            Seen.Add(model.parameters().First().data<float>()[0]);
            return [new("first_weight", Seen[^1])];
        }
    }
}
