using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Tokenization.Normalization;
using LlmEfficiency.Core.Tokenization.Unigram;

namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>What <c>normalizer_spec</c> of a SentencePiece model says.</summary>
internal sealed record SentencePieceNormalizerSpec
{
    /// <summary>Gets <c>precompiled_charsmap</c>; null where it is empty.</summary>
    public CharacterMap? Rules { get; private init; }

    /// <summary>Gets <c>add_dummy_prefix</c>.</summary>
    public bool AddsSpacePrefix { get; private init; } = true;

    /// <summary>Gets <c>remove_extra_whitespaces</c>.</summary>
    public bool RemovesExtraSpaces { get; private init; } = true;

    /// <summary>Gets <c>escape_whitespaces</c>.</summary>
    public bool EscapesSpaces { get; private init; } = true;

    /// <summary>Gets whether text changes only by its prefix and the mark for spaces.</summary>
    public bool IsPlain => Rules is null && !RemovesExtraSpaces;

    /// <summary>Reads the message.</summary>
    /// <exception cref="MalformedFileException">The message or its rules are broken.</exception>
    public static SentencePieceNormalizerSpec Read(string name, ref ProtobufReader section)
    {
        var spec = new SentencePieceNormalizerSpec();
        while (section.Read())
        {
            spec = section.Field switch
            {
                2 when !section.Bytes.IsEmpty =>
                    spec with { Rules = new CharacterMap(name, section.ValueOffset, section.Bytes) },
                3 => spec with { AddsSpacePrefix = section.Number != 0 },
                4 => spec with { RemovesExtraSpaces = section.Number != 0 },
                5 => spec with { EscapesSpaces = section.Number != 0 },
                _ => spec,
            };
        }

        return spec;
    }

    /// <summary>Makes the normalizer.</summary>
    /// <param name="untouched">The user-defined pieces, which no rule touches.</param>
    public SentencePieceNormalizer Create(ByteTrie? untouched = null) => new()
    {
        Rules = Rules,
        AddsSpacePrefix = AddsSpacePrefix,
        RemovesExtraSpaces = RemovesExtraSpaces,
        Untouched = untouched,
    };
}
