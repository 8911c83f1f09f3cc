using System.Text;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Evaluation;

/// <summary>The text that the predicted tokens of a document stand for.</summary>
internal static class TargetText
{
    public static long Bytes(ITokenizer tokenizer, TokenDocument document) =>
        Targets(document).Sum(id => (long)tokenizer.BytesOf(id).Length);

    public static long Words(ITokenizer tokenizer, TokenDocument document)
    {
        var bytes = Targets(document).SelectMany(id => tokenizer.BytesOf(id).ToArray()).ToArray();
        return Encoding.UTF8.GetString(bytes).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
    }

    private static IEnumerable<int> Targets(TokenDocument document) =>
        Enumerable.Range(0, document.Tokens.Length).Where(at => document.Targets.Span[at])
            .Select(at => document.Tokens.Span[at]);
}
