using LlmEfficiency.Core.Devices;
using TorchSharp;
using Xunit;

namespace LlmEfficiency.Testing;

/// <summary>Tests that need a GPU are skipped, visibly, where there is none.</summary>
public static class Gpu
{
    /// <summary>Returns the first GPU, or skips the running test.</summary>
    public static ComputeDevice Require()
    {
        Assert.SkipUnless(torch.cuda.is_available(), "needs a CUDA device");
        return ComputeDevice.Parse("cuda:0");
    }
}
