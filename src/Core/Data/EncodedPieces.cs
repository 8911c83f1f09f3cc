using LlmEfficiency.Core.Templates;
using LlmEfficiency.Core.Tokenization;

namespace LlmEfficiency.Core.Data;

/// <summary>A rendered prompt in tokens, in which a character leads to its token.</summary>
internal sealed class EncodedPieces
{
    private readonly ITokenizer _tokenizer;
    private readonly IReadOnlyList<PromptPiece> _pieces;
    private readonly int[] _characters; // [pieces + 1], where each piece begins
    private readonly int[] _starts;     // [pieces + 1], the first token of each piece
    private readonly List<int> _tokens = [];

    /// <summary>Encodes each piece for itself, as a prompt is encoded for generation.</summary>
    public EncodedPieces(ITokenizer tokenizer, IReadOnlyList<PromptPiece> pieces)
    {
        (_tokenizer, _pieces) = (tokenizer, pieces);
        (_characters, _starts) = (new int[pieces.Count + 1], new int[pieces.Count + 1]);
        for (var i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].IsSpecial)
            {
                _tokens.Add(tokenizer.Vocabulary.Specials[pieces[i].Text]);
            }
            else
            {
                _tokens.AddRange(tokenizer.Encode(pieces[i].Text));
            }

            (_characters[i + 1], _starts[i + 1]) = (_characters[i] + pieces[i].Text.Length, _tokens.Count);
        }
    }

    /// <summary>Gets all ids.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Returns the first token that is not settled by the characters before one.</summary>
    public int FirstWith(int character)
    {
        var (piece, ids) = Cut(character);
        return _starts[piece] + Common(piece, ids);
    }

    /// <summary>Returns the token behind all that hold a character before one.</summary>
    public int FirstBehind(int character)
    {
        var (piece, ids) = Cut(character);
        var common = Common(piece, ids);
        return _starts[piece] + (common < ids.Count ? common + 1 : common); // a token may reach across
    }

    // The piece with the character, and the ids of its text before the character.
    private (int Piece, IReadOnlyList<int> Ids) Cut(int character)
    {
        var found = Array.BinarySearch(_characters, character);
        if (found >= 0)
        {
            return (found, []);
        }

        var piece = ~found - 1;
        return (piece, _tokenizer.Encode(_pieces[piece].Text[..(character - _characters[piece])]));
    }

    private int Common(int piece, IReadOnlyList<int> ids)
    {
        var length = 0;
        while (length < ids.Count && _starts[piece] + length < _starts[piece + 1]
            && ids[length] == _tokens[_starts[piece] + length])
        {
            length++;
        }

        return length;
    }
}
