using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;
using LlmEfficiency.Core.Tokenization.Normalization;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>Makes a tokenizer from pieces with scores.</summary>
internal static class ScoredTokenizer
{
    private const string Mark = "\u2581";

    /// <summary>Makes the tokenizer.</summary>
    /// <exception cref="LlmEfficiencyException">
    /// A score is not a number, or an id lies outside the vocabulary.
    /// </exception>
    public static BpeTokenizer Create(ScoredVocabulary source)
    {
        var count = source.Pieces.Count;
        source.Validate();
        var spellings = new byte[count][];
        for (var id = 0; id < count; id++)
        {
            spellings[id] = Encoding.UTF8.GetBytes(source.Pieces[id]);
        }

        var tokens = new TokenTable(spellings, id => source.Kinds[id] == PieceKind.Normal);
        var ranks = Ranks(source);
        var specials = source.Specials();
        return new BpeTokenizer(new BpeDefinition
        {
            Tokens = tokens,
            Pairs = PairTables.FromRanks(tokens, id => ranks[id], wholeCharacters: true),
            Model = new BpeModelOptions
            {
                SymbolsAreBytes = false,
                ByteFallback = ByteTokens.Find(source.Ids(PieceKind.Byte).Select(id => (id, source.Pieces[id]))),
                Unknown = source.Ids(PieceKind.Unknown).Select(id => (int?)id).FirstOrDefault(),
                FusesUnknown = true,
            },
            Added = [.. specials.Select(s => new AddedToken(s.Value, s.Key) { IsSpecial = true }),
                .. UserDefined(source)],
            Normalizers = Normalizers(source),
            Replacements = [(Mark, " ")],
            Vocabulary = new Vocabulary
            {
                Size = count,
                Specials = specials,
                BeginOfSequence = source.BeginOfSequence,
                EndOfSequence = source.EndOfSequence,
                AddsBeginOfSequence = source.AddsBeginOfSequence && source.BeginOfSequence is not null,
                StripsLeadingSpace = source.AddsSpacePrefix,
            },
        });
    }

    private static INormalizer[] Normalizers(ScoredVocabulary source) => source switch
    {
        { Normalizer: { } whole } => [whole],
        { AddsSpacePrefix: true } => [new PrependNormalizer(" "), new ReplaceNormalizer(" ", Mark)],
        _ => [new ReplaceNormalizer(" ", Mark)],
    };

    private static IEnumerable<AddedToken> UserDefined(ScoredVocabulary source) =>
        from id in source.Ids(PieceKind.UserDefined)
        where source.Pieces[id].Length is > 0 and <= AddedToken.LongestContent
        select new AddedToken(id, source.Pieces[id].Replace(Mark, " ", StringComparison.Ordinal));

    // The highest score has rank 0; equal scores share a rank and merge from left to right.
    private static int[] Ranks(ScoredVocabulary source)
    {
        int[] order = [.. source.Ids(PieceKind.Normal).OrderByDescending(id => source.Scores[id])];
        int[] ranks = [.. Enumerable.Repeat(-1, source.Pieces.Count)];
        for (var place = 0; place < order.Length; place++)
        {
            var isTied = place > 0 && source.Scores[order[place]] == source.Scores[order[place - 1]];
            ranks[order[place]] = isTied ? ranks[order[place - 1]] : place;
        }

        return ranks;
    }
}
