namespace Tributary.Search.Kql;

/// <summary>The sign between a property's name and its value (search 7.5).</summary>
internal enum KqlOperator
{
    /// <summary><c>:</c> — the value is in the text, or equals the number, date or boolean.</summary>
    Contains,

    /// <summary><c>=</c></summary>
    Equal,

    /// <summary><c>&lt;&gt;</c></summary>
    NotEqual,

    /// <summary><c>&lt;</c></summary>
    Less,

    /// <summary><c>&lt;=</c></summary>
    LessOrEqual,

    /// <summary><c>&gt;</c></summary>
    Greater,

    /// <summary><c>&gt;=</c></summary>
    GreaterOrEqual,
}

/// <summary>
/// The right side of a <see cref="Restriction"/>. What a text means depends on the property's type, which the parser does not know.
/// </summary>
internal abstract record KqlValue;

/// <summary>
/// One value.
/// </summary>
/// <param name="Text">As written, without quotes and trailing <c>*</c>; empty for <c>name:""</c>.</param>
/// <param name="IsQuoted">It stood in quotes.</param>
/// <param name="IsPrefix">It ended in <c>*</c>.</param>
internal sealed record TextValue(string Text, bool IsQuoted, bool IsPrefix) : KqlValue;

/// <summary>
/// <c>A..B</c>. A range only where the property is a number or a date, and there after <c>:</c> and <c>=</c> only; elsewhere it is the text <see cref="AsText"/> (7.2).
/// </summary>
internal sealed record RangeValue(string From, string To) : KqlValue
{
    public string AsText => $"{From}..{To}";
}

/// <summary><c>name:(…)</c>. Holds no <see cref="Restriction"/> and no <see cref="Xrank"/>; its words are stemmed (7.5).</summary>
internal sealed record GroupValue(KqlNode Expression) : KqlValue;

/// <summary><c>name:*</c>: the property has a value.</summary>
internal sealed record ExistsValue : KqlValue;
