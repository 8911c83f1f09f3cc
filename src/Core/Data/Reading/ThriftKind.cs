namespace LlmEfficiency.Core.Data.Reading;

/// <summary>The kinds of values of the Thrift compact protocol; whole numbers of all sizes are one.</summary>
internal enum ThriftKind
{
    /// <summary>Not looked at.</summary>
    Any,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>One byte.</summary>
    Byte,

    /// <summary>A whole number of variable length.</summary>
    Whole,

    /// <summary>A floating-point number.</summary>
    Fraction,

    /// <summary>Bytes with their number.</summary>
    Binary,

    /// <summary>A list or set.</summary>
    List,

    /// <summary>A map.</summary>
    Map,

    /// <summary>Fields with numbers.</summary>
    Structure,
}
