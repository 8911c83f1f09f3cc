using System.Text;
using System.Text.Json.Nodes;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>
/// Writes the components of a <c>tokenizer.json</c> that stand around its model, so that
/// <see cref="HuggingFace.TokenizerJsonPipeline"/> reads the same ones.
/// </summary>
internal static class TokenizerJsonComponents
{
    /// <summary>Returns <c>normalizer</c> and <c>pre_tokenizer</c>.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">A step has no name in the format.</exception>
    public static (JsonNode? Normalizer, JsonNode? PreTokenizer) BeforeModel(BpeDefinition definition)
    {
        var (normalizers, cuts) = (definition.Normalizers.ToList(), Parts(definition.PreTokenizer).ToList());
        var steps = new List<JsonNode>();
        if (TakeMetaspace(normalizers, cuts) is { } metaspace)
        {
            steps.Add(metaspace);
        }

        var isBytes = definition.Model.SymbolsAreBytes;
        var takesPrefix = isBytes && steps.Count == 0 && TakeSpacePrefix(normalizers);
        if (takesPrefix)
        {
            var isGpt2 = cuts.FirstOrDefault() == PreTokenizers.Gpt2.Split;
            steps.Add(ByteLevel(takesPrefix, isGpt2));
            cuts.RemoveRange(0, isGpt2 ? 1 : 0);
        }

        steps.AddRange(cuts.Select(Split));
        if (isBytes && !takesPrefix)
        {
            steps.Add(ByteLevel(false, false));
        }

        return (Sequence("normalizers", [.. normalizers.Select(Normalizer)]), Sequence("pretokenizers", steps));
    }

    /// <summary>Returns a <c>post_processor</c> that puts a token before a text.</summary>
    public static JsonNode Template(string begin, int id) => new JsonObject
    {
        ["type"] = "TemplateProcessing",
        ["single"] = new JsonArray(Step("SpecialToken", begin, 0), Step("Sequence", "A", 0)),
        ["pair"] = new JsonArray(
            Step("SpecialToken", begin, 0), Step("Sequence", "A", 0),
            Step("SpecialToken", begin, 1), Step("Sequence", "B", 1)),
        ["special_tokens"] = new JsonObject
        {
            [begin] = new JsonObject { ["id"] = begin, ["ids"] = new JsonArray(id), ["tokens"] = new JsonArray(begin) },
        },
    };

    /// <summary>Returns <c>decoder</c>.</summary>
    public static JsonNode? Decoder(BpeDefinition definition)
    {
        List<JsonNode> steps = [.. definition.Replacements.Select(r => Replace(r.Pattern, r.Content))];
        if (definition.Model.SymbolsAreBytes)
        {
            steps.Add(ByteLevel(false, false));
        }
        else
        {
            steps.AddRange(definition.Model.ByteFallback is null ? [] : [new JsonObject { ["type"] = "ByteFallback" }]);
            steps.Add(new JsonObject { ["type"] = "Fuse" });
        }

        if (definition.Vocabulary.StripsLeadingSpace)
        {
            steps.Add(new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 });
        }

        return Sequence("decoders", steps);
    }

    private static JsonNode? Sequence(string name, List<JsonNode> steps) => steps.Count switch
    {
        0 => null,
        1 => steps[0],
        _ => new JsonObject { ["type"] = "Sequence", [name] = new JsonArray([.. steps]) },
    };

    private static JsonObject Step(string kind, string id, int type) =>
        new() { [kind] = new JsonObject { ["id"] = id, ["type_id"] = type } };

    private static JsonObject ByteLevel(bool addsPrefix, bool splits) => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = addsPrefix,
        ["trim_offsets"] = true,
        ["use_regex"] = splits,
    };

    private static JsonObject Replace(string pattern, string content) => new()
    {
        ["type"] = "Replace",
        ["pattern"] = new JsonObject { ["String"] = pattern },
        ["content"] = content,
    };

    private static JsonObject Normalizer(INormalizer normalizer) => normalizer switch
    {
        PrependNormalizer { OnlyFirst: false, UnlessThere: false } prepend =>
            new() { ["type"] = "Prepend", ["prepend"] = prepend.Prefix },
        ReplaceNormalizer replace => Replace(replace.Pattern, replace.Content),
        UnicodeNormalizer { Form: NormalizationForm.FormC } => new() { ["type"] = "NFC" },
        UnicodeNormalizer { Form: NormalizationForm.FormKC } => new() { ["type"] = "NFKC" },
        _ => throw TokenizerJsonWriter.Inexpressible($"it has no word for this {normalizer.GetType().Name}"),
    };

    private static JsonNode Split(IPreTokenizer cut)
    {
        var (pattern, behavior) = cut is RegexPreTokenizer regex
            ? (regex.Pattern, regex.Behavior)
            : (PreTokenizers.All.FirstOrDefault(known => known.Split == cut)?.Pattern, SplitBehavior.Isolated);
        return new JsonObject
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject
            {
                ["Regex"] = pattern
                    ?? throw TokenizerJsonWriter.Inexpressible($"it has no word for this {cut.GetType().Name}"),
            },
            ["behavior"] = behavior.ToString(),
            ["invert"] = false,
        };
    }

    private static IEnumerable<IPreTokenizer> Parts(IPreTokenizer? cut) => cut switch
    {
        null => [],
        SequencePreTokenizer sequence => sequence.Parts.SelectMany(Parts),
        _ => [cut],
    };

    // Metaspace: spaces become marks, then the text may get a mark before it, then it may be cut before each mark.
    private static JsonObject? TakeMetaspace(List<INormalizer> normalizers, List<IPreTokenizer> cuts)
    {
        var prepend = normalizers is [.., PrependNormalizer { UnlessThere: true } last] ? last : null;
        var taken = prepend is null ? 1 : 2;
        var replace = normalizers.SkipLast(taken - 1).LastOrDefault() as ReplaceNormalizer;
        if (replace is not { Pattern: " ", Content: [var mark] }
            || char.IsSurrogate(mark) || prepend?.Prefix.Equals(mark.ToString(), StringComparison.Ordinal) == false)
        {
            return null;
        }

        var splits = cuts is [WordStartPreTokenizer { EveryMark: true } start, ..] && start.Mark == mark;
        if (prepend is null && !splits)
        {
            return null;
        }

        normalizers.RemoveRange(normalizers.Count - taken, taken);
        cuts.RemoveRange(0, splits ? 1 : 0);
        var scheme = prepend?.OnlyFirst switch { null => "never", true => "first", false => "always" };
        return new JsonObject
        {
            ["type"] = "Metaspace",
            ["replacement"] = mark.ToString(),
            ["prepend_scheme"] = scheme,
            ["split"] = splits,
        };
    }

    private static bool TakeSpacePrefix(List<INormalizer> normalizers)
    {
        var isThere = normalizers is [.., PrependNormalizer { Prefix: " ", OnlyFirst: false, UnlessThere: true }];
        normalizers.RemoveRange(normalizers.Count - (isThere ? 1 : 0), isThere ? 1 : 0);
        return isThere;
    }
}
