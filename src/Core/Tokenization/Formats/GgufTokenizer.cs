using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>Makes the tokenizer of a GGUF file.</summary>
public static class GgufTokenizer
{
    private static readonly Dictionary<string, NamedPreTokenizer> Splits = new()
    {
        ["default"] = PreTokenizers.Gpt2,
        ["gpt-2"] = PreTokenizers.Gpt2,
        ["gpt2"] = PreTokenizers.Gpt2,
        ["llama-bpe"] = PreTokenizers.Llama3,
        ["llama3"] = PreTokenizers.Llama3,
        ["llama-v3"] = PreTokenizers.Llama3,
        ["qwen2"] = PreTokenizers.Qwen2,
        ["deepseek-r1-qwen"] = PreTokenizers.Qwen2,
    };

    /// <summary>Makes the tokenizer.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// The lists do not fit together, or the model or split is unknown.
    /// </exception>
    public static ITokenizer Create(GgufVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        var count = vocabulary.Tokens.Count;
        Require(vocabulary, count > 0, "tokens is empty");
        Require(vocabulary, vocabulary.TokenTypes.Count == count || vocabulary.TokenTypes.Count == 0,
            $"token_type has {vocabulary.TokenTypes.Count} entries, tokens has {count}");
        Require(vocabulary, vocabulary.TokenTypes.All(t => t is >= (int)PieceKind.Normal and <= (int)PieceKind.Byte),
            "token_type has a value outside 1 to 6");
        Require(vocabulary, !(vocabulary.BeginOfSequence < 0 || vocabulary.BeginOfSequence >= count
            || vocabulary.EndOfSequence < 0 || vocabulary.EndOfSequence >= count),
            "bos_token_id or eos_token_id is no token");
        return vocabulary.Model switch
        {
            "llama" => FromScores(vocabulary),
            "gpt2" => FromMerges(vocabulary),
            _ => throw Problem(vocabulary, $"model is {vocabulary.Model}; llama and gpt2 can be read"),
        };
    }

    private static BpeTokenizer FromScores(GgufVocabulary vocabulary)
    {
        Require(vocabulary, vocabulary.Scores.Count == vocabulary.Tokens.Count,
            $"scores has {vocabulary.Scores.Count} entries, tokens has {vocabulary.Tokens.Count}");
        return ScoredTokenizer.Create(new ScoredVocabulary
        {
            Name = vocabulary.Name,
            Pieces = vocabulary.Tokens,
            Scores = vocabulary.Scores,
            Kinds = Kinds(vocabulary),
            BeginOfSequence = vocabulary.BeginOfSequence,
            EndOfSequence = vocabulary.EndOfSequence,
            AddsBeginOfSequence = vocabulary.AddsBeginOfSequence ?? true,
            AddsSpacePrefix = vocabulary.AddsSpacePrefix ?? true,
        });
    }

    private static BpeTokenizer FromMerges(GgufVocabulary vocabulary)
    {
        if (!Splits.TryGetValue(vocabulary.PreTokenizer, out var split))
        {
            throw Problem(vocabulary, $"pre is {vocabulary.PreTokenizer}; known are {string.Join(", ", Splits.Keys)}");
        }

        var merges = new MergeList(vocabulary.Name);
        for (var id = 0; id < vocabulary.Tokens.Count; id++)
        {
            merges.AddToken(vocabulary.Tokens[id], id);
        }

        foreach (var merge in vocabulary.Merges)
        {
            merges.AddMerge(merge);
        }

        AddedToken[] added = [.. Added(vocabulary, Kinds(vocabulary))];
        var pipeline = new TextPipeline { SymbolsAreBytes = true, PreTokenizers = { split.Split } };
        if (split == PreTokenizers.Qwen2)
        {
            pipeline.Normalizers.Add(new UnicodeNormalizer(System.Text.NormalizationForm.FormC));
        }

        var model = new BpeModelOptions { SymbolsAreBytes = true, IgnoresMerges = split == PreTokenizers.Llama3 };
        return merges.ToTokenizer(pipeline, model, added, new Vocabulary
        {
            Size = vocabulary.Tokens.Count,
            Specials = added.Where(t => t.IsSpecial).DistinctBy(t => t.Content).ToDictionary(t => t.Content, t => t.Id),
            BeginOfSequence = vocabulary.BeginOfSequence,
            EndOfSequence = vocabulary.EndOfSequence,
            AddsBeginOfSequence = vocabulary.BeginOfSequence is not null
                && (vocabulary.AddsBeginOfSequence ?? split == PreTokenizers.Llama3),
        });
    }

    private static PieceKind[] Kinds(GgufVocabulary vocabulary) =>
        vocabulary.TokenTypes.Count > 0
            ? [.. vocabulary.TokenTypes.Select(t => (PieceKind)t)]
            : [.. Enumerable.Repeat(PieceKind.Normal, vocabulary.Tokens.Count)];

    private static IEnumerable<AddedToken> Added(GgufVocabulary vocabulary, PieceKind[] kinds) =>
        from id in Enumerable.Range(0, kinds.Length)
        where kinds[id] is PieceKind.Control or PieceKind.UserDefined or PieceKind.Unknown
        where vocabulary.Tokens[id].Length is > 0 and <= AddedToken.LongestContent
        select new AddedToken(id, vocabulary.Tokens[id]) { IsSpecial = kinds[id] != PieceKind.UserDefined };

    private static void Require(GgufVocabulary vocabulary, bool isMet, string problem)
    {
        if (!isMet)
        {
            throw Problem(vocabulary, problem);
        }
    }

    private static LlmEfficiencyException Problem(GgufVocabulary vocabulary, string problem) =>
        new(ErrorKind.Input, $"{vocabulary.Name}: tokenizer.ggml: {problem}");
}
