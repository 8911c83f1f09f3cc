using TorchSharp;
using Xunit;

namespace LlmEfficiency.Testing;

/// <summary>Counts the tensors that an operation leaves alive.</summary>
public static class LiveTensors
{
    /// <summary>Asserts that <paramref name="operation"/> leaves exactly <paramref name="expected"/> tensors alive.</summary>
    public static void AssertLeft(long expected, Action operation)
    {
        DisposeScopeManager.Statistics.Reset();
        operation();
        Assert.Equal(expected, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
