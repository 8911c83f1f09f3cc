using LlmEfficiency.Testing;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Core.Tests.Training;

[Collection(nameof(WholeProcess))]
public sealed class SteadyTrainingTests
{
    private const int BytesPerStep = 2048; // a matrix of the model has more, and code that is compiled anew takes some hundred kilobytes once

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    public void A_thousand_steps_leave_no_tensor_and_take_no_memory(string precision)
    {
        var config = TrainerRig.Config with { LayerCount = 1 };
        using var rig = new TrainerRig(
            TrainerRig.Quick with { Steps = 1000, TokensPerStep = 48, VirtualShards = 2, Precision = precision }, config: config);
        rig.Run(10);
        _ = SettledMemory.Resident(); // what the first collection gives back is taken again
        var tensors = torch.Tensor.TotalCount;
        foreach (var _ in Enumerable.Range(0, 290))
        {
            rig.Trainer.Step();
        }

        var (resident, steps) = (SettledMemory.Resident(), 700);
        foreach (var _ in Enumerable.Range(0, steps))
        {
            rig.Trainer.Step();
        }

        Assert.Equal(1000, rig.Trainer.State.Step);
        Assert.Equal(tensors, torch.Tensor.TotalCount);
        Assert.InRange(SettledMemory.Resident() - resident, long.MinValue, (long)steps * BytesPerStep);
    }
}
