using System.Runtime.InteropServices;
using LlmEfficiency.Core.Devices;
using LlmEfficiency.Core.Errors;
using Xunit;
using static TorchSharp.torch;

namespace LlmEfficiency.Core.Tests.Devices;

public sealed class OutOfMemoryTests
{
    private const long Gibibyte = 1L << 30;

    [Fact]
    public void An_allocation_that_libtorch_really_refuses_becomes_advice()
    {
        var problem = Assert.Throws<LlmEfficiencyException>(() => OutOfMemory.Guard(
            () => empty(1L << 50), ComputeDevice.Cpu, () => new MemoryEstimate(Gibibyte, 1L << 52, Gibibyte)));
        Assert.Equal(ErrorKind.OutOfMemory, problem.Kind);
        Assert.Contains("KV cache 4194304.0 GiB", problem.Message, StringComparison.Ordinal);
        Assert.Contains("KV budget", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 20.50 GiB. GPU 0 has a total capacity of 79.1 GiB", "20.50 GiB")]
    [InlineData("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate "
        + "1073741824 bytes. Error code 12 (Cannot allocate memory)", "1.0 GiB")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "ran out of memory")]
    public void The_words_of_libtorch_are_understood(string message, string expected)
    {
        var advice = OutOfMemory.Advise(new LibTorchFailure(message), ComputeDevice.Cpu);
        Assert.Contains(expected, advice!.Message, StringComparison.Ordinal);
        Assert.Contains("smaller batch", advice.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(9, 1, 1, "smaller model")]
    [InlineData(1, 9, 1, "KV budget")]
    [InlineData(1, 1, 9, "smaller batch")]
    public void The_largest_part_decides_the_remedy(long weights, long cache, long activations, string remedy)
    {
        var estimate = new MemoryEstimate(weights * Gibibyte, cache * Gibibyte, activations * Gibibyte);
        var advice = OutOfMemory.Advise(new InsufficientMemoryException(), ComputeDevice.Cpu, estimate);
        Assert.Contains(remedy, advice!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_failure_is_left_alone()
    {
        var shapes = new LibTorchFailure("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)");
        Assert.Null(OutOfMemory.Advise(shapes, ComputeDevice.Cpu));
        Assert.Same(shapes, Assert.Throws<LibTorchFailure>(() => OutOfMemory.Guard<int>(() => throw shapes, ComputeDevice.Cpu)));
    }

    // What TorchSharp throws is an ExternalException that only the runtime may create.
    private sealed class LibTorchFailure(string message) : ExternalException(message);
}
