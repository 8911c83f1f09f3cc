using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LlmEfficiency.Core.Data;
using LlmEfficiency.Core.Errors;
using LlmEfficiency.Core.Loading;
using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;
using static TorchSharp.torch;

namespace LlmEfficiency.P2Law.Calibration;

/// <summary>Sequences of equal length, drawn from texts by a seed.</summary>
/// <param name="Sequences">Token ids, <c>[samples][length]</c>.</param>
/// <param name="BatchSize">How many run together.</param>
public sealed record CalibrationSet(IReadOnlyList<int[]> Sequences, int BatchSize)
{
    private const int TextsPerSample = 4;           // short documents are read until there are so many times the tokens asked for
    private const int DocumentFamily = 1, WindowFamily = 2;

    /// <summary>Gets a hash, in hexadecimal digits, of the tokens.</summary>
    public string Fingerprint { get; } = Hash(Sequences);

    /// <summary>Gets the tokens of a sequence.</summary>
    public int Length => Sequences[0].Length;

    /// <summary>Draws sequences for a model, at most as long as its context.</summary>
    /// <param name="settings">Files, number, length, seed.</param>
    /// <param name="model">Says how texts become tokens.</param>
    /// <exception cref="LlmEfficiencyException">A file cannot be read, or there is too little text.</exception>
    public static CalibrationSet Of(CalibrationSettings settings, StoredModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Read(settings, model.ReadTokenizer(), model.ReadTemplate(), model.Config.ContextLength);
    }

    /// <summary>
    /// Draws sequences: the documents in an order that the seed chooses are joined, cut into windows, and of these windows as many as
    /// are wanted are taken by the seed.
    /// </summary>
    /// <param name="settings">Files, number, length, seed.</param>
    /// <param name="tokenizer">The tokenizer of the model.</param>
    /// <param name="template">Its chat template, if it has one.</param>
    /// <param name="contextLength">The most tokens of a sequence.</param>
    /// <exception cref="LlmEfficiencyException">A file cannot be read, or there is too little text.</exception>
    public static CalibrationSet Read(CalibrationSettings settings, ITokenizer tokenizer, ChatTemplate? template, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        var length = Math.Min(settings.Length, contextLength);
        var documents = settings.Sources().SelectMany(SourceDocuments.Read).ToArray();
        var tokens = Join(documents, new DocumentEncoder(tokenizer, template, int.MaxValue) { TrainOnPrompt = true }, settings, length);
        var windows = tokens.Count / length;
        if (windows < settings.Samples)
        {
            throw new LlmEfficiencyException(ErrorKind.Input, string.Create(
                CultureInfo.InvariantCulture,
                $"{string.Join(", ", settings.Data)}: there are {windows} sequences of {length} tokens, {settings.Samples} are wanted: "
                + $"take fewer or shorter ones (samples, length), or more text"));
        }

        var order = new KeyedPermutation(windows, settings.Seed, WindowFamily, 0);
        return new CalibrationSet(
            [.. Enumerable.Range(0, settings.Samples).Select(i => tokens.GetRange((int)order.Map(i) * length, length).ToArray())],
            settings.Batch);
    }

    /// <summary>Returns the tokens in batches, each <c>[batch, length]</c>, 64-bit, on the host, for the caller to dispose.</summary>
    public IReadOnlyList<Tensor> Batches() =>
    [
        .. Sequences.Chunk(BatchSize).Select(rows =>
            tensor([.. rows.SelectMany(row => row).Select(id => (long)id)], rows.Length, rows[0].Length)),
    ];

    private static List<int> Join(RawDocument[] documents, DocumentEncoder encoder, CalibrationSettings settings, int length)
    {
        var tokens = new List<int>();
        if (documents.Length == 0)
        {
            return tokens;
        }

        var order = new KeyedPermutation(documents.Length, settings.Seed, DocumentFamily, 0);
        var enough = (long)TextsPerSample * settings.Samples * length;
        for (var place = 0L; place < documents.Length && tokens.Count < enough; place++)
        {
            tokens.AddRange(encoder.Encode(documents[order.Map(place)]).Tokens.Span);
        }

        return tokens;
    }

    private static string Hash(IReadOnlyList<int[]> sequences)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var sequence in sequences)
        {
            hash.AppendData(MemoryMarshal.AsBytes(sequence.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
