using System.Buffers;
using System.Buffers.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>Reads tiktoken files: on each line a token in base64 and its rank, which is also its id.</summary>
public static class TiktokenReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="content">The bytes of the file.</param>
    /// <param name="family">What the file does not say; null finds the family by the number of ranks.</param>
    /// <exception cref="MalformedFileException">A line breaks the format, or the ranks have holes.</exception>
    /// <exception cref="LlmEfficiencyException">The number of ranks is no known family's.</exception>
    public static ITokenizer Read(string name, ReadOnlySpan<byte> content, TiktokenFamily? family = null)
    {
        var ranks = ReadRanks(name, content);
        family ??= TiktokenFamily.All.FirstOrDefault(known => known.RankCount == ranks.Count)
            ?? throw new LlmEfficiencyException(
                ErrorKind.Input,
                $"{name}: {ranks.Count} ranks belong to no known tiktoken file "
                + $"({string.Join("; ", TiktokenFamily.All.Select(f => $"{f.Name} {f.RankCount}"))}); use a tokenizer.json");

        var specials = new Dictionary<string, int>();
        foreach (var special in family.Specials)
        {
            specials.Add(special, ranks.Count + specials.Count);
        }

        var tokens = new TokenTable(ranks, _ => true);
        return new BpeTokenizer(new BpeDefinition
        {
            Tokens = tokens,
            Pairs = PairTables.FromRanks(tokens, id => id, wholeCharacters: false),
            Model = new BpeModelOptions { SymbolsAreBytes = true, IgnoresMerges = true },
            Added = [.. specials.Select(s => new AddedToken(s.Value, s.Key) { IsSpecial = true })],
            Normalizers = family.Normalizers,
            PreTokenizer = family.PreTokenizer.Split,
            Vocabulary = new Vocabulary
            {
                Size = ranks.Count + specials.Count,
                Specials = specials,
                BeginOfSequence = family.BeginOfSequence is null ? null : specials[family.BeginOfSequence],
                EndOfSequence = family.EndOfSequence is null ? null : specials[family.EndOfSequence],
                AddsBeginOfSequence = family.BeginOfSequence is not null,
            },
        });
    }

    private static List<byte[]> ReadRanks(string name, ReadOnlySpan<byte> content)
    {
        var ranks = new List<byte[]>();
        var present = new bool[256];
        for (var at = 0; at < content.Length;)
        {
            var length = content[at..].IndexOf((byte)'\n');
            var line = length < 0 ? content[at..] : content.Slice(at, length);
            if (!line.TrimEnd((byte)'\r').IsEmpty)
            {
                ranks.Add(ReadLine(name, at, line.TrimEnd((byte)'\r'), ranks.Count));
                if (ranks[^1] is [var single])
                {
                    present[single] = true;
                }
            }

            at += line.Length + 1;
        }

        return Array.IndexOf(present, false) is >= 0 and var missing
            ? throw new MalformedFileException(
                name, content.Length, $"no token for the single byte {missing}: the file is cut short")
            : ranks;
    }

    private static byte[] ReadLine(string name, int at, ReadOnlySpan<byte> line, int expectedRank)
    {
        var space = line.IndexOf((byte)' ');
        var token = new byte[Base64.GetMaxDecodedFromUtf8Length(Math.Max(space, 0))];
        if (space <= 0
            || Base64.DecodeFromUtf8(line[..space], token, out _, out var written) != OperationStatus.Done
            || !Utf8Parser.TryParse(line[(space + 1)..], out int rank, out var digits)
            || digits != line.Length - space - 1)
        {
            throw new MalformedFileException(name, at,
                "a line of a tiktoken file is a token in base64, a space and a rank");
        }

        if (rank != expectedRank || written == 0)
        {
            throw new MalformedFileException(name, at,
                $"rank {rank} with {written} bytes; rank {expectedRank} must come here");
        }

        return token[..written];
    }
}
