using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Sampling;
using Xunit;

namespace LlmEfficiency.Core.Tests.Sampling;

public sealed class SamplingSettingsTests
{
    public static TheoryData<SamplingSettings, string> Wrong { get; } = new()
    {
        { new() { Temperature = -1 }, "Temperature is -1" },
        { new() { Temperature = double.NaN }, "Temperature is NaN" },
        { new() { Temperature = 1e-9 }, "Temperature is 1E-09" },
        { new() { TopK = -5 }, "TopK is -5" },
        { new() { TopP = 0 }, "TopP is 0" },
        { new() { TopP = 1.5 }, "TopP is 1.5" },
        { new() { MinP = double.NaN }, "MinP is NaN" },
        { new() { RepetitionPenalty = 0 }, "RepetitionPenalty is 0" },
        { new() { PresencePenalty = 101 }, "PresencePenalty is 101" },
        { new() { FrequencyPenalty = double.PositiveInfinity }, "FrequencyPenalty is" },
        { new() { LogitBias = new Dictionary<int, float> { [-1] = 1 } }, "LogitBias is -1" },
        { new() { LogitBias = new Dictionary<int, float> { [3] = float.NaN } }, "LogitBias[3] is NaN" },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_setting_is_named_with_its_value_and_range(SamplingSettings settings, string message)
    {
        var problem = Assert.Throws<LlmEfficiencyException>(settings.Validate);
        Assert.Equal(ErrorKind.Configuration, problem.Kind);
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
        Assert.Contains("allowed is", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_and_greedy_are_valid()
    {
        new SamplingSettings().Validate();
        SamplingSettings.Greedy.Validate();
        Assert.True(SamplingSettings.Greedy.IsGreedy);
    }
}
