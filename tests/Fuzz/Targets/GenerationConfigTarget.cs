using System.Text;
using LlmEfficiency.Core.Checkpoints;
using LlmEfficiency.Core.Storage;

namespace LlmEfficiency.Fuzz.Targets;

/// <summary>Generation defaults; accepted ones are written and read again, and must be the same.</summary>
public static class GenerationConfigTarget
{
    /// <summary>Makes the target.</summary>
    public static FuzzTarget Make() => new(
        "generation-config",
        20_000,
        [
            """{"bos_token_id":1,"do_sample":true,"eos_token_id":[2,3],"pad_token_id":0,"temperature":0.6,"top_p":0.9,"top_k":20}"""u8.ToArray(),
            """{"repetition_penalty":1.05,"min_p":0.05,"max_new_tokens":512,"eos_token_id":7,"transformers_version":"4.41.2"}"""u8.ToArray(),
        ],
        Read,
        ["null", "NaN", "Infinity", "-1", "1e999", "[", "]", "{", "}", "\\ud800", "\"top_k\":", "\"min_p\":", "99999999999"]);

    private static void Read(byte[] input)
    {
        var text = Parse(input).ToJson();
        var again = Parse(Encoding.UTF8.GetBytes(text)).ToJson();
        if (text != again)
        {
            throw new InvalidOperationException($"written and read again, the defaults are others: {again}");
        }
    }

    private static GenerationDefaults Parse(byte[] text)
    {
        using var file = MappedFile.FromBytes(GenerationDefaults.FileName, text);
        return GenerationDefaults.Read(file);
    }
}
