using System.Text.Json;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Storage;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>
/// Reads Hugging Face <c>tokenizer.json</c> files with a BPE model. A component that would change the ids and is not
/// known is refused by its name.
/// </summary>
public static class TokenizerJsonReader
{
    private const int MostHoles = 100_000;
    private const int MostSteps = 64;

    /// <summary>Reads a file.</summary>
    /// <param name="name">The path, for messages.</param>
    /// <param name="content">The bytes of <c>tokenizer.json</c>.</param>
    /// <param name="roles">What the files beside it say of the ends of a sequence.</param>
    /// <exception cref="MalformedFileException">It is no JSON object.</exception>
    /// <exception cref="LlmEfficiencyException">A field has a wrong value, or a component is not supported.</exception>
    public static ITokenizer Read(string name, ReadOnlyMemory<byte> content, SequenceRoles? roles = null)
    {
        using var document = StrictJson.Parse(name, content);
        var root = new JsonField(name, string.Empty, document.RootElement);
        var model = root["model"];
        CheckModel(model);

        var pipeline = new TextPipeline();
        TokenizerJsonPipeline.ReadNormalizer(root["normalizer"], pipeline);
        TokenizerJsonPipeline.ReadPreTokenizer(root["pre_tokenizer"], pipeline);
        TokenizerJsonPipeline.ReadPostProcessor(root["post_processor"], pipeline);
        TokenizerJsonPipeline.ReadDecoder(root["decoder"], pipeline);
        var steps = pipeline.Normalizers.Count + pipeline.PreTokenizers.Count + pipeline.Replacements.Count;
        root.Require(steps <= MostSteps, $"a tokenizer of at most {MostSteps} steps around its model");

        var merges = new MergeList(name);
        var (ids, count) = ReadTokens(model["vocab"], merges);
        ReadMerges(model["merges"], merges);
        var added = ReadAdded(root["added_tokens"]);
        foreach (var token in added)
        {
            ids = Math.Max(ids, token.Id + 1);
        }

        root["added_tokens"].Require(ids - MostHoles <= count + added.Count,
            $"ids near the {count + added.Count} tokens");
        return merges.ToTokenizer(pipeline, Options(model, merges, pipeline), added,
            Vocabulary(ids, added, merges, pipeline, roles));
    }

    private static void CheckModel(JsonField model)
    {
        var type = model["type"].TextOrNull() ?? "BPE";
        if (type != "BPE")
        {
            throw model.Unsupported($"a model of type {type}");
        }

        foreach (var affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model[affix].TextOrNull() is { Length: > 0 })
            {
                throw model.Unsupported(affix);
            }
        }
    }

    private static (int Ids, int Count) ReadTokens(JsonField vocabulary, MergeList merges)
    {
        vocabulary.Require(vocabulary.Value.ValueKind == JsonValueKind.Object, "an object");
        var (largest, count) = (-1, 0);
        foreach (var token in vocabulary.Value.EnumerateObject())
        {
            var spelling = token.Name;
            var isNumber = token.Value.ValueKind == JsonValueKind.Number;
            var id = isNumber && token.Value.TryGetInt32(out var number) ? number : -1;
            vocabulary.Require(id >= 0, $"an id of at least 0 for each token, '{spelling}' too,");
            merges.AddToken(spelling, id);
            (largest, count) = (Math.Max(largest, id), count + 1);
        }

        vocabulary.Require(count > 0 && largest - MostHoles < count, $"ids near the {count} tokens");
        return (largest + 1, count);
    }

    private static void ReadMerges(JsonField list, MergeList merges)
    {
        list.Require(!list.IsPresent || list.Value.ValueKind == JsonValueKind.Array, "an array");
        if (!list.IsPresent)
        {
            return;
        }

        foreach (var value in list.Value.EnumerateArray())
        {
            var merge = list with { Value = value };
            if (value.ValueKind == JsonValueKind.Array)
            {
                merge.Require(value.GetArrayLength() == 2, "two parts in each merge");
                merges.AddMerge((merge with { Value = value[0] }).Text(), (merge with { Value = value[1] }).Text());
            }
            else
            {
                merges.AddMerge(merge.Text());
            }
        }
    }

    private static List<AddedToken> ReadAdded(JsonField list)
    {
        var added = new List<AddedToken>();
        foreach (var item in list.Items())
        {
            var token = new AddedToken(item["id"].Integer(), item["content"].Text())
            {
                IsSpecial = item["special"].Flag(),
                IsNormalized = item["normalized"].Flag(),
                StripsLeft = item["lstrip"].Flag(),
                StripsRight = item["rstrip"].Flag(),
                IsSingleWord = item["single_word"].Flag(),
            };
            item["id"].Require(token.Id is >= 0 and < int.MaxValue, "an id of at least 0");
            item["content"].Require(token.Content.Length is > 0 and <= AddedToken.LongestContent,
                "text of 1 to 1024 characters");
            added.Add(token);
        }

        return added;
    }

    private static BpeModelOptions Options(JsonField model, MergeList merges, TextPipeline pipeline)
    {
        var bytes = Enumerable.Range(0, 256).Select(value => merges.Find(ByteTokens.Spell((byte)value)) ?? -1);
        return new BpeModelOptions
        {
            SymbolsAreBytes = pipeline.SymbolsAreBytes,
            IgnoresMerges = model["ignore_merges"].Flag(),
            ByteFallback = model["byte_fallback"].Flag() ? [.. bytes] : null,
            Unknown = model["unk_token"].TextOrNull() is { } unknown ? merges.Find(unknown) : null,
            FusesUnknown = model["fuse_unk"].Flag(),
        };
    }

    private static Vocabulary Vocabulary(
        int size, IReadOnlyList<AddedToken> added, MergeList merges, TextPipeline pipeline, SequenceRoles? roles)
    {
        int? Id(string? spelling) =>
            spelling is null ? null : added.FirstOrDefault(t => t.Content == spelling)?.Id ?? merges.Find(spelling);

        var begin = Id(roles?.Begin) ?? Id(pipeline.TemplateBegin);
        return new Vocabulary
        {
            Size = size,
            Specials = added.Where(t => t.IsSpecial).DistinctBy(t => t.Content).ToDictionary(t => t.Content, t => t.Id),
            BeginOfSequence = begin,
            EndOfSequence = Id(roles?.End),
            AddsBeginOfSequence = begin is not null && (roles?.AddsBegin ?? pipeline.TemplateBegin is not null),
            StripsLeadingSpace = pipeline.StripsLeadingSpace,
        };
    }
}
