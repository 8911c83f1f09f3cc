using System.Text;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using Xunit;

namespace LlmEfficiency.Core.Tests.Checkpoints;

public sealed class GenerationDefaultsTests
{
    [Fact]
    public void Reads_what_is_there_and_leaves_the_rest_open()
    {
        var defaults = Read("""{"do_sample":true,"temperature":0.6,"top_p":0.9,"eos_token_id":[3,4],"other":{"x":[1]}}""");
        Assert.Equal((true, 0.6, 0.9, null, null), (defaults.Samples, defaults.Temperature, defaults.TopP, defaults.TopK, defaults.PadToken));
        Assert.Equal([3, 4], defaults.EndOfSequence);
        Assert.Equal(defaults.ToJson(), Read(defaults.ToJson()).ToJson());
    }

    [Theory]
    [InlineData("""{"temperature":-1}""", "temperature is -1")]
    [InlineData("""{"top_p":1.5}""", "top_p is 1.5")]
    [InlineData("""{"top_k":2.5}""", "top_k is 2.5")]
    [InlineData("""{"do_sample":"yes"}""", "do_sample is \"yes\"")]
    [InlineData("""{"eos_token_id":[[1]]}""", "eos_token_id is [[1]]")]
    public void Refuses_impossible_values_by_name(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<LlmEfficiencyException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static GenerationDefaults Read(string text)
    {
        using var file = MappedFile.FromBytes("generation_config.json", Encoding.UTF8.GetBytes(text));
        return GenerationDefaults.Read(file);
    }
}
