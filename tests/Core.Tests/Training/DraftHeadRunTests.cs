using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Training;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

/// <summary>Runs that train a draft head in place of a model.</summary>
public sealed class DraftHeadRunTests : IDisposable
{
    private readonly RunRig _rig = new();

    public DraftHeadRunTests()
    {
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { Steps = 12 } };
        _rig.Start("base");
        _rig.Settings = _rig.Settings with
        {
            Model = new ModelSettings { From = Path.Join(_rig.Folder("base"), "model") },
            Head = new DraftHeadSettings(),
            Evaluation = new EvaluationSettings { Every = 4, Documents = 10 },
            Logging = new LoggingSettings { Every = 1 },
        };
    }

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void A_head_is_trained_and_a_run_stopped_and_resumed_leaves_the_same_bytes(string precision)
    {
        _rig.Settings = _rig.Settings with { Training = _rig.Settings.Training with { Precision = precision } };
        Assert.NotNull(_rig.Start("whole", threads: 2).ModelFolder);
        _rig.Start("parts", stopAt: 3);
        _rig.Resume("parts", stopAt: 10, threads: 3);
        _rig.Resume("parts");
        Assert.Equal(_rig.Metrics("whole"), _rig.Metrics("parts"));
        Assert.Equal(_rig.Weights("whole"), _rig.Weights("parts"));
        Assert.Equal(_rig.Manifest("whole", 12), _rig.Manifest("parts", 12));
        var losses = _rig.Rows("whole").Where(row => row.Values.ContainsKey("validation_loss")).Select(row => row.Values["validation_loss"]).ToArray();
        Assert.True(losses[^1] < losses[0]);
        using var head = DraftHeadFolder.Open(Path.Join(_rig.Folder("whole"), "model"));
        Assert.Equal(16, head.Config.Layer.HiddenSize);
        Assert.True(head.Config.HasFusionBias);
    }

    [Fact]
    public void A_resumed_run_wants_the_model_that_it_began_with()
    {
        _rig.Start("run", stopAt: 3);
        var weights = Path.Join(_rig.Folder("base"), "model", "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Assert.Contains("target", RunRig.Refused(() => _rig.Resume("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_do_not_go_with_a_head_are_refused()
    {
        RunSettings[] wrong =
        [
            _rig.Settings with { Model = new ModelSettings { Tokenizer = _rig.Inputs } },
            _rig.Settings with { Head = new DraftHeadSettings { Noise = -1 } },
            _rig.Settings with { Distillation = new DistillationSettings { Teacher = "x" } },
            _rig.Settings with { Training = _rig.Settings.Training with { ActivationCheckpointing = true } },
        ];
        Assert.All(wrong, settings => Assert.Equal(ErrorKind.Configuration, RunRig.Refused(settings.Validate).Kind));
    }
}
