using System.Text;
using LlmEfficiency.Core.Tokenization.AddedTokens;
using LlmEfficiency.Core.Tokenization.Formats;
using LlmEfficiency.Core.Tokenization.Merging;

namespace LlmEfficiency.Core.Tokenization.HuggingFace;

/// <summary>The names of tokens in the vocabulary of a <c>tokenizer.json</c>, where each must be another.</summary>
internal sealed class WrittenSpellings
{
    private readonly BpeDefinition _definition;
    private readonly string?[] _spellings; // [Tokens.Count]
    private readonly Dictionary<string, int> _ids = [];

    /// <summary>Chooses the names.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">A reader would take a token for another.</exception>
    public WrittenSpellings(BpeDefinition definition, IReadOnlyList<PairMerge> merges)
    {
        (_definition, _spellings) = (definition, new string?[definition.Tokens.Count]);
        var added = definition.Added.DistinctBy(token => token.Id).ToDictionary(token => token.Id);
        for (var id = 0; id < _spellings.Length; id++)
        {
            if (!definition.Tokens[id].IsEmpty && !added.ContainsKey(id))
            {
                AddPlain(id);
            }
        }

        var parts = merges.SelectMany(m => new[] { m.Left, m.Right, m.Merged }).ToHashSet();
        foreach (var token in added.Values.Where(t => t.Id < _spellings.Length && !definition.Tokens[t.Id].IsEmpty))
        {
            var spelling = SpellingOf(token, parts.Contains(token.Id));
            _spellings[token.Id] = _ids.TryAdd(spelling, token.Id) ? spelling : null; // the list of added tokens has it
        }

        CheckBytes();
        CheckSize();
        CheckMerges(merges);
    }

    /// <summary>Gets the name of a token, or null if it is none of the model's.</summary>
    public string? this[int id] => id < _spellings.Length ? _spellings[id] : null;

    /// <summary>Returns the text by which files name a token that has a role.</summary>
    /// <exception cref="Errors.LlmEfficiencyException">No text leads to this token.</exception>
    public string OfRole(int id) =>
        _definition.Added.Where(token => token.Id == id).Select(token => token.Content).Append(this[id])
            .FirstOrDefault(text => text is not null && Resolve(text) == id)
        ?? throw TokenizerJsonWriter.Inexpressible($"token {id} has a role, but no spelling of its own");

    private int? Resolve(string text) =>
        _definition.Added.FirstOrDefault(token => token.Content == text)?.Id
        ?? (_ids.TryGetValue(text, out var id) ? id : null);

    private void AddPlain(int id)
    {
        var spelling = _definition.Tokens[id];
        var model = _definition.Model;
        var value = model.ByteFallback is null ? -1 : Array.IndexOf(model.ByteFallback, id);
        var written = value >= 0 ? ByteTokens.Spell((byte)value) : ModelText(spelling);
        if (!_ids.TryAdd(written, id))
        {
            throw TokenizerJsonWriter.Inexpressible($"tokens {_ids[written]} and {id} are both spelled '{written}'");
        }

        // Of the tokens that text never gives, those that take a merge stay so.
        var needsMerge = !model.SymbolsAreBytes && !model.IgnoresMerges && written.EnumerateRunes().Skip(1).Any();
        if (!needsMerge && _definition.Tokens.Find(spelling) != id)
        {
            throw TokenizerJsonWriter.Inexpressible($"token {id} '{written}' must not be found in text");
        }

        _spellings[id] = written;
    }

    private string SpellingOf(AddedToken token, bool isInMerges)
    {
        var spelling = _definition.Tokens[token.Id];
        if (_definition.Tokens.Find(spelling) != token.Id)
        {
            return token.Content;
        }

        var read = _definition.Model.SymbolsAreBytes ? ByteAlphabet.ToBytes(token.Content) : null;
        var isSame = spelling.SequenceEqual(read ?? Encoding.UTF8.GetBytes(token.Content));
        return isSame && !isInMerges ? token.Content : ModelText(spelling);
    }

    private string ModelText(ReadOnlySpan<byte> spelling) =>
        _definition.Model.SymbolsAreBytes ? ByteAlphabet.ToText(spelling) : Encoding.UTF8.GetString(spelling);

    private void CheckBytes()
    {
        var fallback = _definition.Model.ByteFallback ?? [];
        for (var value = 0; value < fallback.Length; value++)
        {
            var name = ByteTokens.Spell((byte)value);
            if (_ids.GetValueOrDefault(name, -1) != fallback[value])
            {
                throw TokenizerJsonWriter.Inexpressible($"'{name}' is a token, but not the one of that byte");
            }
        }

        if (_definition.Model.Unknown is { } unknown && this[unknown] is null)
        {
            throw TokenizerJsonWriter.Inexpressible($"the unknown token {unknown} has no spelling of its own");
        }
    }

    private void CheckSize()
    {
        var ids = _ids.Values.Concat(_definition.Added.Select(token => token.Id)).Append(-1).Max() + 1;
        if (ids != _definition.Vocabulary.Size)
        {
            throw TokenizerJsonWriter.Inexpressible(
                $"it has {_definition.Vocabulary.Size} ids, but those from {ids} on have no spelling");
        }
    }

    private void CheckMerges(IReadOnlyList<PairMerge> merges)
    {
        foreach (var merge in merges)
        {
            if (this[merge.Left] is not { } left || this[merge.Right] is not { } right
                || _ids.GetValueOrDefault(left + right, -1) != merge.Merged)
            {
                throw TokenizerJsonWriter.Inexpressible(
                    $"tokens {merge.Left} and {merge.Right} make token {merge.Merged}, which is not spelled so");
            }
        }
    }
}
