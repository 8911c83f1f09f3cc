using System.Text;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization;

/// <summary>
/// A tokenizer with one token for each symbol of a small language and no other, for models too small to spend parameters on a large
/// vocabulary. <see cref="HuggingFace.TokenizerJsonWriter"/> writes it.
/// </summary>
public static class SymbolTokenizer
{
    /// <summary>The token that ends a sequence, the last of the vocabulary.</summary>
    public const string End = "<|end|>";

    /// <summary>The template of an exchange: what is said, without roles, and <see cref="End"/> behind each answer.</summary>
    public const string Template =
        "{%- for message in messages -%}\n{{ message.content }}\n{%- if message.role == 'assistant' -%}\n{{ eos_token }}\n{%- endif -%}\n{%- endfor -%}\n";

    /// <summary>Makes the tokenizer; a character that no symbol has is dropped by it.</summary>
    /// <param name="symbols">
    /// Each of one or two printable ASCII characters, in the order of their ids. Both characters of a pair must be symbols too.
    /// </param>
    /// <exception cref="LlmEfficiencyException">A symbol is there twice, or has no such form.</exception>
    public static ITokenizer Make(IReadOnlyList<string> symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var symbol in symbols)
        {
            Require(symbol.Length is 1 or 2 && symbol.All(letter => letter is > ' ' and <= '~'), symbol, "must be 1 or 2 printable ASCII characters");
            Require(ids.TryAdd(symbol, ids.Count), symbol, "is there twice");
        }

        string[] pairs = [.. symbols.Where(symbol => symbol.Length == 2)];
        var table = new PairTable(pairs.Length);
        for (var rank = 0; rank < pairs.Length; rank++)
        {
            var isMade = ids.TryGetValue(pairs[rank][..1], out var left) & ids.TryGetValue(pairs[rank][1..], out var right);
            Require(isMade, pairs[rank], "needs both its characters as symbols");
            table.Add(left, right, rank, ids[pairs[rank]]);
        }

        return new BpeTokenizer(new BpeDefinition
        {
            Tokens = new TokenTable([.. symbols.Select(Encoding.UTF8.GetBytes)], _ => true),
            Pairs = table,
            Model = new BpeModelOptions { SymbolsAreBytes = true },
            Added = [new AddedToken(ids.Count, End) { IsSpecial = true }],
            Vocabulary = new Vocabulary
            {
                Size = ids.Count + 1,
                Specials = new Dictionary<string, int>(StringComparer.Ordinal) { [End] = ids.Count },
                EndOfSequence = ids.Count,
            },
        });
    }

    private static void Require(bool holds, string symbol, string rule)
    {
        if (!holds)
        {
            throw new LlmEfficiencyException(ErrorKind.Configuration, $"symbol '{symbol}' {rule}");
        }
    }
}
