using System.Collections.Concurrent;
using LlmEfficiency.Core.Tokenization;
using LlmEfficiency.Testing;

namespace LlmEfficiency.Core.Tests.Tokenization;

/// <summary>Real tokenizers, each read once for all tests.</summary>
internal static class RealTokenizers
{
    private static readonly ConcurrentDictionary<string, ITokenizer> Read = new();

    /// <summary>Returns a tokenizer, or skips the running test.</summary>
    public static ITokenizer Require(string relative) =>
        Read.GetOrAdd(SharedData.Require(relative), TokenizerLoader.Load);
}
