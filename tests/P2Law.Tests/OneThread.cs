using LlmEfficiency.Core.Devices;
using LlmEfficiency.P2Law.Tests;
using Xunit;

[assembly: AssemblyFixture(typeof(OneThread))]

namespace LlmEfficiency.P2Law.Tests;

/// <summary>Tests run beside each other, so each computes with one thread: more only wait for one another.</summary>
public sealed class OneThread
{
    public OneThread() => TorchThreads.Set(1);
}
