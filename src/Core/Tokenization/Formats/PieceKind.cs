namespace LlmEfficiency.Core.Tokenization.Formats;

/// <summary>What a piece of a SentencePiece vocabulary is; the numbers are those of its file and of GGUF.</summary>
internal enum PieceKind
{
    /// <summary>Made by merging.</summary>
    Normal = 1,

    /// <summary>Stands for characters without a piece.</summary>
    Unknown = 2,

    /// <summary>Controls the model, such as the beginning of a sequence.</summary>
    Control = 3,

    /// <summary>Found in text as a whole.</summary>
    UserDefined = 4,

    /// <summary>Never made.</summary>
    Unused = 5,

    /// <summary>Stands for one byte.</summary>
    Byte = 6,
}
