using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Tests.Data;

/// <summary>Small stores for tests: bytes are tokens, and token 256 ends a document.</summary>
internal static class Stores
{
    public static ITokenizer Bytes { get; } = ByteTokenizer.Create("<|end|>");

    public static TokenStore OfTexts(int sequenceLength, params string[] texts) => TokenStore.Encode(
        "texts", texts.Select(RawDocument.OfText), new DocumentEncoder(Bytes, null, sequenceLength));

    public static TokenDocument[] All(IDocumentSource source) =>
        [.. Enumerable.Range(0, (int)source.Count).Select(index => source.Read(index))];
}
