using Xunit;

namespace LlmEfficiency.Core.Tests;

/// <summary>Tests that measure or change the whole process run alone.</summary>
[CollectionDefinition(nameof(WholeProcess), DisableParallelization = true)]
public sealed class WholeProcess;
