namespace Tributary.Search.Kql;

internal enum KqlTokenKind
{
    /// <summary>The end of the text, or no token yet.</summary>
    End,
    Open,
    Close,

    /// <summary>Only between the terms of <c>WORDS</c>.</summary>
    Comma,
    Plus,
    Minus,
    And,
    Or,
    Not,
    Near,
    OrderedNear,
    Words,
    Xrank,

    /// <summary>A lone <c>*</c>.</summary>
    Star,
    Bare,
    Quoted,

    /// <summary>Name and operator of a restriction; its value is still to be read.</summary>
    Restriction,
}

/// <summary>One token and where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Its first character.</param>
/// <param name="Length">Its characters, quotes and wildcard included.</param>
/// <param name="Text">Without quotes and wildcard; of a restriction its name.</param>
/// <param name="IsPrefix">A term that ended in <c>*</c>.</param>
internal readonly record struct KqlToken(KqlTokenKind Kind, int Start, int Length, string Text, bool IsPrefix = false)
{
    public int End => Start + Length;

    /// <summary>Of a restriction: the property's key. Null for every other token.</summary>
    public string? Property { get; init; }

    /// <summary>Of a restriction.</summary>
    public KqlOperator Operator { get; init; }
}
