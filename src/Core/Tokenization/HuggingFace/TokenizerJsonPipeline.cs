using System.Text;
using System.Text.RegularExpressions;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.PreTokenization;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>Reads the components of a <c>tokenizer.json</c> that stand around its model.</summary>
internal static class TokenizerJsonPipeline
{
    private const int MostGrowth = 64;

    /// <summary>Reads the section <c>normalizer</c>.</summary>
    public static void ReadNormalizer(JsonField part, TextPipeline pipeline)
    {
        switch (TypeOf(part))
        {
            case null:
                break;
            case "Sequence":
                Each(part["normalizers"], pipeline, ReadNormalizer);
                break;
            case "Prepend":
                var prefix = part["prepend"];
                prefix.Require(prefix.Text().Length <= MostGrowth, $"at most {MostGrowth} characters");
                pipeline.Normalizers.Add(new PrependNormalizer(prefix.Text()));
                break;
            case "Replace":
                var (pattern, content) = Replacement(part, pipeline);
                pipeline.Normalizers.Add(new ReplaceNormalizer(pattern, content));
                break;
            case "NFC":
                pipeline.Normalizers.Add(new UnicodeNormalizer(NormalizationForm.FormC));
                break;
            case "NFKC":
                pipeline.Normalizers.Add(new UnicodeNormalizer(NormalizationForm.FormKC));
                break;
            case var type:
                throw part.Unsupported($"a normalizer of type {type}");
        }
    }

    /// <summary>Reads the section <c>pre_tokenizer</c>.</summary>
    public static void ReadPreTokenizer(JsonField part, TextPipeline pipeline)
    {
        switch (TypeOf(part))
        {
            case null:
                break;
            case "Sequence":
                Each(part["pretokenizers"], pipeline, ReadPreTokenizer);
                break;
            case "ByteLevel":
                ReadByteLevel(part, pipeline);
                break;
            case "Metaspace":
                ReadMetaspace(part, pipeline);
                break;
            case "Split":
                pipeline.PreTokenizers.Add(ReadSplit(part));
                break;
            case "Digits":
                var pattern = part["individual_digits"].Flag() ? @"\p{N}" : @"\p{N}+";
                pipeline.PreTokenizers.Add(PreTokenizers.ForPattern(pattern, SplitBehavior.Isolated));
                break;
            case var type:
                throw part.Unsupported($"a pre-tokenizer of type {type}");
        }
    }

    /// <summary>Reads the section <c>post_processor</c>: of it only the token before a text matters.</summary>
    public static void ReadPostProcessor(JsonField part, TextPipeline pipeline)
    {
        switch (TypeOf(part))
        {
            case null or "ByteLevel":
                break;
            case "Sequence":
                Each(part["processors"], pipeline, ReadPostProcessor);
                break;
            case "TemplateProcessing":
                pipeline.TemplateBegin = TemplateBegin(part);
                break;
            case var type:
                throw part.Unsupported($"a post-processor of type {type}");
        }
    }

    // [text], or [special token, text]
    private static string? TemplateBegin(JsonField part)
    {
        var specials = part["single"].Items().Select(item => item["SpecialToken"]["id"].TextOrNull()).ToArray();
        return specials switch
        {
            [null] => null,
            [{ } begin, null] => begin,
            _ => throw part.Unsupported("a template that does more than put one special token before the text"),
        };
    }

    /// <summary>Reads the section <c>decoder</c>.</summary>
    public static void ReadDecoder(JsonField part, TextPipeline pipeline)
    {
        switch (TypeOf(part))
        {
            case null or "ByteLevel" or "ByteFallback" or "Fuse":
                break;
            case "Sequence":
                Each(part["decoders"], pipeline, ReadDecoder);
                break;
            case "Replace":
                pipeline.Replacements.Add(Replacement(part, pipeline));
                break;
            case "Strip":
                part["content"].Require(part["content"].TextOrNull() == " ", "a space");
                pipeline.StripsLeadingSpace = part["start"].IsPresent && part["start"].Integer() > 0;
                break;
            case "Metaspace":
                pipeline.Replacements.Add((Mark(part), " "));
                pipeline.StripsLeadingSpace = Scheme(part) != "never";
                break;
            case var type:
                throw part.Unsupported($"a decoder of type {type}");
        }
    }

    private static string? TypeOf(JsonField part) => part.IsPresent ? part["type"].Text() : null;

    private static void Each(JsonField list, TextPipeline pipeline, Action<JsonField, TextPipeline> read)
    {
        foreach (var part in list.Items())
        {
            read(part, pipeline);
        }
    }

    private static string Pattern(JsonField part)
    {
        var pattern = part["pattern"]["String"];
        pattern.Require(pattern.TextOrNull() is { Length: > 0 }, "a pattern that is a string");
        return pattern.Text();
    }

    // A few of these could make a text, or every token, as long as memory is.
    private static (string Pattern, string Content) Replacement(JsonField part, TextPipeline pipeline)
    {
        var (pattern, content) = (Pattern(part), part["content"].Text());
        pipeline.Growth *= Math.Max(1, (double)content.Length / pattern.Length);
        part["content"].Require(
            pipeline.Growth <= MostGrowth, $"short: all replacements may make text {MostGrowth} times as long");
        return (pattern, content);
    }

    private static void ReadByteLevel(JsonField part, TextPipeline pipeline)
    {
        pipeline.SymbolsAreBytes = true;
        if (part["add_prefix_space"].Flag(absent: true))
        {
            if (pipeline.PreTokenizers.Count > 0)
            {
                throw part.Unsupported("add_prefix_space after another pre-tokenizer");
            }

            pipeline.Normalizers.Add(new PrependNormalizer(" ", unlessThere: true));
        }

        if (part["use_regex"].Flag(absent: true))
        {
            pipeline.PreTokenizers.Add(PreTokenizers.Gpt2.Split);
        }
    }

    private static void ReadMetaspace(JsonField part, TextPipeline pipeline)
    {
        if (pipeline.PreTokenizers.Count > 0)
        {
            throw part.Unsupported("Metaspace after another pre-tokenizer");
        }

        var scheme = Scheme(part);
        pipeline.Normalizers.Add(new ReplaceNormalizer(" ", Mark(part)));
        if (scheme != "never")
        {
            pipeline.Normalizers.Add(new PrependNormalizer(Mark(part), onlyFirst: scheme == "first",
                unlessThere: true));
        }

        if (part["split"].Flag(absent: true))
        {
            pipeline.PreTokenizers.Add(new WordStartPreTokenizer(Mark(part)[0], everyMark: true));
        }
    }

    private static string Mark(JsonField part)
    {
        var mark = part["replacement"].Text();
        part["replacement"].Require(mark.Length == 1 && !char.IsSurrogate(mark[0]), "one character");
        return mark;
    }

    // Older files say add_prefix_space instead.
    private static string Scheme(JsonField part)
    {
        var scheme = part["prepend_scheme"].TextOrNull()
            ?? (part["add_prefix_space"].Flag(absent: true) ? "always" : "never");
        part["prepend_scheme"].Require(scheme is "always" or "first" or "never", "always, first or never");
        return scheme;
    }

    private static IPreTokenizer ReadSplit(JsonField part)
    {
        var pattern = part["pattern"]["Regex"].TextOrNull() ?? Regex.Escape(Pattern(part));
        var invert = part["invert"].Flag();
        var behavior = part["behavior"].Text() switch
        {
            "Isolated" => SplitBehavior.Isolated,
            "Removed" when invert => SplitBehavior.Isolated, // what matches is kept; these patterns match everything
            "MergedWithPrevious" when !invert => SplitBehavior.MergedWithPrevious,
            "MergedWithNext" when !invert => SplitBehavior.MergedWithNext,
            var other => throw part.Unsupported($"the behavior {other} with invert {invert}"),
        };
        try
        {
            return PreTokenizers.ForPattern(pattern, behavior);
        }
        catch (ArgumentException problem)
        {
            throw part.Unsupported($"the pattern {pattern} ({problem.Message})");
        }
    }
}
