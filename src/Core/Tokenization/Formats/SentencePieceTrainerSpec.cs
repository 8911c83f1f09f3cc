namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>What <c>trainer_spec</c> of a SentencePiece model says about encoding.</summary>
internal sealed record SentencePieceTrainerSpec
{
    /// <summary>Gets <c>model_type</c>: 1 Unigram, 2 BPE, 3 words, 4 characters.</summary>
    public ulong Model { get; private init; } = 1;

    /// <summary>Gets <c>bos_id</c>; null where it is negative.</summary>
    public int? BeginOfSequence { get; private init; } = 1;

    /// <summary>Gets <c>eos_id</c>; null where it is negative.</summary>
    public int? EndOfSequence { get; private init; } = 2;

    /// <summary>Gets <c>treat_whitespace_as_suffix</c>.</summary>
    public bool PutsMarksBehindWords { get; private init; }

    /// <summary>Reads the message.</summary>
    public static SentencePieceTrainerSpec Read(ref ProtobufReader section)
    {
        var spec = new SentencePieceTrainerSpec();
        while (section.Read())
        {
            spec = section.Field switch
            {
                3 => spec with { Model = section.Number },
                24 => spec with { PutsMarksBehindWords = section.Number != 0 },
                41 => spec with { BeginOfSequence = Id(section.Number) },
                42 => spec with { EndOfSequence = Id(section.Number) },
                _ => spec,
            };
        }

        return spec;
    }

    private static int? Id(ulong number) => (int)number < 0 ? null : (int)number;
}
