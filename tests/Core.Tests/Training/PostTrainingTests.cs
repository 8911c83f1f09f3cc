using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Safetensors;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Core.Tokenization.HuggingFace;
using LlmEfficiency.Core.Training;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Training;

/// <summary>Runs that go on from a model: kept zeros, a teacher, and evaluations at numbers of tokens.</summary>
public sealed class PostTrainingTests : IDisposable
{
    private readonly RunRig _rig = new();

    public PostTrainingTests()
    {
        _rig.Settings = Small(_rig.Settings);
        _rig.Start("base");
    }

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void Zeros_stay_zero_through_a_stop_and_a_resumption_to_the_same_bytes(string precision)
    {
        var zeros = Prune();
        Continue(settings => settings with
        {
            Training = settings.Training with { PreserveSparsity = true, WeightDecay = 0.2, Precision = precision },
        });
        _rig.Start("whole");
        _rig.Start("parts", stopAt: 3);
        _rig.Resume("parts", stopAt: 11);
        _rig.Resume("parts");
        Assert.Equal(_rig.Metrics("whole"), _rig.Metrics("parts"));
        Assert.Equal(_rig.Weights("whole"), _rig.Weights("parts"));
        Assert.Equal(_rig.Manifest("whole", 12), _rig.Manifest("parts", 12));
        Assert.Equal(zeros, Zeros("parts"));
        Assert.InRange(zeros["model.layers.1.mlp.down_proj.weight"].Count, 100, 10_000);
    }

    [Fact]
    public void A_resumed_run_keeps_the_zeros_of_its_start_whatever_lies_there_now()
    {
        var weights = Path.Join(_rig.Folder("base"), "model", "model.safetensors");
        var dense = File.ReadAllBytes(weights);
        var zeros = Prune();
        Continue(settings => settings with { Training = settings.Training with { PreserveSparsity = true } });
        _rig.Start("run", stopAt: 5);
        File.WriteAllBytes(weights, dense); // another model at the place of the pruned one
        using (var run = TrainingRun.Resume(_rig.Folder("run"), null, Crash.TinyTraining.Host(1), Assert.Fail))
        {
            Assert.Equal(zeros.Values.Sum(places => places.Count), run.KeptZeros);
        }
    }

    [Fact]
    public void A_teacher_changes_what_is_learned_and_a_resumed_run_leaves_the_same_bytes()
    {
        Continue(settings => settings);
        _rig.Start("alone");
        Continue(settings => settings with { Distillation = Teacher("base") with { Weight = 0 } });
        _rig.Start("silent");
        Assert.Equal(_rig.Weights("alone"), _rig.Weights("silent"));
        Assert.Equal(_rig.Metrics("alone"), _rig.Metrics("silent"));

        foreach (var precision in new[] { "fp32", "bf16" })
        {
            Continue(settings => settings with
            {
                Distillation = Teacher("base"),
                Training = settings.Training with { Precision = precision },
            });
            _rig.Start($"whole-{precision}");
            Assert.NotEqual(_rig.Weights("alone"), _rig.Weights($"whole-{precision}"));
            _rig.Start($"parts-{precision}", stopAt: 7, threads: 2);
            _rig.Resume($"parts-{precision}", threads: 3);
            Assert.Equal(_rig.Weights($"whole-{precision}"), _rig.Weights($"parts-{precision}"));
            Assert.Equal(_rig.Metrics($"whole-{precision}"), _rig.Metrics($"parts-{precision}"));
        }
    }

    [Fact]
    public void A_teacher_of_another_vocabulary_is_refused()
    {
        var folder = _rig.Folder("other");
        _rig.Settings = _rig.Settings with { Model = _rig.Settings.Model with { Tokenizer = folder } };
        Directory.CreateDirectory(folder);
        TokenizerJsonWriter.Write(folder, ByteTokenizer.Create("<|stop|>")); // as many tokens, and one means something else
        _rig.Start("teacher");
        Continue(settings => settings with { Distillation = Teacher("teacher") });
        var problem = RunRig.Refused(() => _rig.Start("run"));
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.Contains("distillation.teacher", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Fact]
    public void Another_teacher_at_the_same_place_ends_a_resumption()
    {
        Continue(settings => settings with { Distillation = Teacher("alone") });
        var distilled = _rig.Settings;
        Continue(settings => settings);
        _rig.Start("alone");
        _rig.Settings = distilled;
        _rig.Start("run", stopAt: 4);
        var weights = Path.Join(_rig.Folder("alone"), "model", "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Contains("teacher", RunRig.Refused(() => _rig.Resume("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_loss_is_measured_before_the_first_step_and_at_the_wanted_numbers_of_tokens()
    {
        Continue(settings => settings with
        {
            Evaluation = new EvaluationSettings
            {
                Every = 0,
                Documents = 10,
                AtStart = true,
                AtTokens = [330, 330, 100_000],
                LogSpaced = new LogSpacedSettings { From = 70, To = 560, Count = 4 },
            },
        });
        _rig.Start("run");
        var steps = _rig.Rows("run").Where(row => row.Values.ContainsKey("learning_rate"))
            .ToDictionary(row => row.Step, row => row.Values["tokens"]);
        var found = _rig.Rows("run").Where(row => row.Values.ContainsKey("validation_loss")).ToArray();
        Assert.Equal((0L, 0), (found[0].Step, found[0].Values["tokens"]));
        double[] marks = [70, 140, 280, 330, 560];
        var expected = marks.Select(mark => steps.Where(step => step.Value >= mark).Min(step => step.Key)).Append(12).Prepend(0).Distinct();
        Assert.Equal(expected, found.Select(row => row.Step));
        Assert.All(found.Skip(1), row => Assert.Equal(steps[row.Step], row.Values["tokens"]));

        // The first is the loss of the model that the run began with.
        var last = _rig.Rows("base").Last(row => row.Values.ContainsKey("validation_loss"));
        Assert.Equal(last.Values["validation_loss"], found[0].Values["validation_loss"], 1e-6);
    }

    [Fact]
    public void A_run_killed_before_its_first_checkpoint_measures_its_start_once()
    {
        Continue(settings => settings with { Evaluation = new EvaluationSettings { Every = 0, Documents = 10, AtStart = true } });
        _rig.Start("whole");
        using (var run = TrainingRun.Start(_rig.Settings, _rig.Folder("crashed"), Crash.TinyTraining.Host(1)))
        {
            Assert.Throws<InvalidDataException>(() => run.Execute(() => null, _ => throw new InvalidDataException("crash")));
        }

        _rig.Resume("crashed");
        Assert.Equal(_rig.Metrics("whole"), _rig.Metrics("crashed"));
    }

    [Fact]
    public void The_marks_of_equal_ratios_are_the_ends_and_what_lies_between() => Assert.Equal(
        [1000L, 10_000, 100_000, 1_000_000], new LogSpacedSettings { From = 1000, To = 1_000_000, Count = 4 }.Marks());

    [Theory]
    [InlineData(0, 10, 3)]
    [InlineData(10, 10, 3)]
    [InlineData(10, 20, 1)]
    public void Marks_that_cannot_be_are_refused(long from, long to, int count)
    {
        var settings = new EvaluationSettings { LogSpaced = new LogSpacedSettings { From = from, To = to, Count = count } };
        Assert.Contains("log_spaced", RunRig.Refused(settings.Validate).Message, StringComparison.Ordinal);
        Assert.Contains("at_tokens", RunRig.Refused(new EvaluationSettings { AtTokens = [5, 0] }.Validate).Message, StringComparison.Ordinal);
    }

    private static RunSettings Small(RunSettings settings) =>
        settings with { Training = settings.Training with { Steps = 12, TokensPerStep = 64, VirtualShards = 2 } };

    // Goes on from the base with its vocabulary.
    private void Continue(Func<RunSettings, RunSettings> change)
    {
        var settings = Crash.TinyTraining.Prepare(_rig.Inputs);
        _rig.Settings = change(settings with
        {
            Model = new ModelSettings { From = Path.Join(_rig.Folder("base"), "model") },
            Training = Small(settings).Training,
            Logging = new LoggingSettings { Every = 1 },
        });
    }

    private DistillationSettings Teacher(string run) => new() { Teacher = Path.Join(_rig.Folder(run), "model"), Weight = 0.5, Temperature = 2 };

    // Makes each second weight of the base's layers zero; returns where.
    private Dictionary<string, List<int>> Prune()
    {
        var folder = Path.Join(_rig.Folder("base"), "model");
        var tensors = new Dictionary<string, Tensor>();
        using var scope = NewDisposeScope();
        using (var file = CheckpointFolder.OpenWeights(folder))
        {
            foreach (var name in file.Entries.Keys)
            {
                tensors[name] = file.Read(name).clone();
                if (name.EndsWith("_proj.weight", StringComparison.Ordinal))
                {
                    tensors[name].view(-1, 2).narrow(1, 0, 1).zero_();
                }
            }
        }

        SafetensorsWriter.Write(Path.Join(folder, "model.safetensors"), tensors);
        return Zeros("base");
    }

    private Dictionary<string, List<int>> Zeros(string run)
    {
        using var scope = NewDisposeScope();
        using var file = CheckpointFolder.OpenWeights(Path.Join(_rig.Folder(run), "model"));
        return file.Entries.Keys.Where(name => name.EndsWith("_proj.weight", StringComparison.Ordinal)).ToDictionary(
            name => name,
            name => file.Read(name).to(ScalarType.Float32).contiguous().data<float>().ToArray()
                .Select((value, at) => (value, at)).Where(pair => pair.value == 0).Select(pair => pair.at).ToList());
    }
}
