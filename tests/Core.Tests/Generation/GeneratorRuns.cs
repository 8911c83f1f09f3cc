using LlmEfficiency.Core.Generation;
using Xunit;

namespace LlmEfficiency.Core.Tests.Generation;

/// <summary>Generation that ends when the test run is stopped.</summary>
internal static class GeneratorRuns
{
    public static GenerationOutcome Run(
        this IGenerator generator, IReadOnlyList<GenerationRequest> requests, Action<GeneratedPiece>? onPiece = null) =>
        generator.Generate(requests, onPiece, TestContext.Current.CancellationToken);
}
