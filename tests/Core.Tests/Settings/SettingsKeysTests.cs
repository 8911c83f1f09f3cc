using LlmEfficiency.Core.Settings;
using Xunit;

namespace LlmEfficiency.Core.Tests.Settings;

public sealed class SettingsKeysTests
{
    private static readonly Dictionary<string, SettingsKey> Keys =
        SettingsKeys.Of(DemoJson.Default.DemoSettings).ToDictionary(key => key.Path);

    [Theory]
    [InlineData("model", "text", null, "Which model is trained.")]
    [InlineData("description", "text or null", "null", "")]
    [InlineData("training.steps", "whole number", "500", "")]
    [InlineData("training.schedule", "constant|warm_cosine", "\"warm_cosine\"", "")]
    [InlineData("training.betas", "list of number", "[0.9,0.95]", "")]
    [InlineData("training.every", "whole number or null", "10", "")]
    [InlineData("data.sources[].path", "text", null, "")]
    [InlineData("data.sources[].weight", "number", "1", "")]
    [InlineData("data.limits", "object of number", "{}", "")]
    [InlineData("warmup", "object or null", "null", "")]
    [InlineData("warmup.steps", "whole number", "100", "")]
    [InlineData("pair.first", "text", null, "The one that must be there.")]
    [InlineData("pair.second", "whole number", "7", "The one that may be there, unlike first.")]
    public void Tells_type_default_and_meaning(string path, string type, string? byDefault, string summary) =>
        Assert.Equal(new SettingsKey(path, type, byDefault, summary), Keys[path]);

    [Fact]
    public void Nothing_computed_is_listed() => Assert.DoesNotContain("computed", Keys.Keys);
}
