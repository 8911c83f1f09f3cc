using System.Text;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Generation;

/// <summary>
/// The text of one sequence's generated tokens: whole characters, held back while they may begin a stop string.
/// </summary>
/// <param name="tokenizer">Whose ids will come.</param>
/// <param name="stopStrings">Texts that end the sequence.</param>
public sealed class ContinuationText(ITokenizer tokenizer, IReadOnlyList<string> stopStrings)
{
    private readonly TextDecoder _decoder = new(tokenizer, isContinuation: true);
    private readonly StopStringMatcher _matcher = new(stopStrings);
    private readonly Queue<(int Id, long End)> _pending = new();
    private readonly StringBuilder _text = new();
    private long _decoded;

    /// <summary>Gets whether a stop string was completed.</summary>
    public bool IsStopped => _matcher.IsStopped;

    /// <summary>Gets the text released so far.</summary>
    public string Text => _text.ToString();

    /// <summary>Takes in one token.</summary>
    /// <returns>The text that is released and the tokens that belong to it for certain.</returns>
    public (string Text, IReadOnlyList<int> TokenIds) Append(int id)
    {
        var characters = _decoder.Push(id);
        _decoded += characters.Length;

        // A token that completes no character waits for the token that does.
        _pending.Enqueue((id, characters.Length > 0 || tokenizer.BytesOf(id).IsEmpty ? _decoded : _decoded + 1));
        var released = Keep(_matcher.Append(characters));
        return (released, TakeIds(all: false));
    }

    /// <summary>Ends the text.</summary>
    /// <param name="stopToken">The last token, if it ends the sequence and stands for no text.</param>
    /// <returns>
    /// The rest: text only if no stop string was completed; U+FFFD for a character that was not finished.
    /// </returns>
    public (string Text, IReadOnlyList<int> TokenIds) Finish(int? stopToken = null)
    {
        var released = Keep(_matcher.Append(_decoder.Flush()) + _matcher.Flush());
        if (stopToken is { } id)
        {
            _pending.Enqueue((id, _decoded));
        }

        return (released, TakeIds(all: true));
    }

    private string Keep(string released)
    {
        _text.Append(released);
        return released;
    }

    private List<int> TakeIds(bool all)
    {
        var ids = new List<int>();
        while (_pending.TryPeek(out var next) && (all || next.End <= _text.Length))
        {
            ids.Add(_pending.Dequeue().Id);
        }

        return ids;
    }
}
