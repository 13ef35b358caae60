namespace Tributary.Search.Kql;

/// <summary>
/// One node of a parsed query (search 7). The tree holds explicit operators only, the implicit ones of 7.4 are already applied, and it is flat: no
/// <see cref="And"/> stands directly in an <see cref="And"/>, no <see cref="Or"/> in an <see cref="Or"/>. It says what was asked, not whether it
/// fits: types, attributes and tokens are the translator's.
/// </summary>
/// <remarks>
/// Records that hold lists compare those by reference; compare trees by what they say, not with <c>==</c>.
/// </remarks>
/// <param name="Start">Where the node begins in the query text. A node in parentheses begins inside them.</param>
/// <param name="Length">How many characters it covers; what stands between two operands is covered too.</param>
internal abstract record KqlNode(int Start, int Length)
{
    public int End => Start + Length;
}

/// <summary>A lone <c>*</c>: every item; inside a grouped value, every item that has one.</summary>
internal sealed record MatchAll(int Start, int Length) : KqlNode(Start, Length);

/// <summary>
/// A free-text term or phrase. One bare term can be several words to a tokeniser, which then form a phrase (7.1: <c>animals/birds</c>).
/// </summary>
/// <param name="Start">See <see cref="KqlNode"/>.</param>
/// <param name="Length">See <see cref="KqlNode"/>; quotes and wildcard included.</param>
/// <param name="Text">As written, without quotes and trailing <c>*</c>. Holds at least one word.</param>
/// <param name="IsQuoted">Quoted text is neither stemmed nor split into operators.</param>
/// <param name="IsPrefix">It ended in <c>*</c>: the last word matches by its beginning.</param>
internal sealed record Words(int Start, int Length, string Text, bool IsQuoted, bool IsPrefix) : KqlNode(Start, Length)
{
    /// <summary>
    /// Whether its inflected forms are found too, where the connection has a language: <c>page</c> and <c>title:(page)</c> find <i>pages</i>. A phrase in quotes and a
    /// beginning stand for themselves, and so does the bare value of a restriction, which is no <see cref="Words"/> at all (7.5).
    /// </summary>
    public bool IsStemmed => !IsQuoted && !IsPrefix;
}

/// <summary><c>name op value</c>.</summary>
/// <param name="Start">See <see cref="KqlNode"/>.</param>
/// <param name="Length">See <see cref="KqlNode"/>.</param>
/// <param name="Name">As written.</param>
/// <param name="Property">The key the resolver gave for <paramref name="Name"/>; two names of one property share it.</param>
/// <param name="Operator">The sign between name and value.</param>
/// <param name="Value">
/// With <see cref="KqlOperator.Less"/> to <see cref="KqlOperator.GreaterOrEqual"/> always a <see cref="TextValue"/> that is no prefix.
/// </param>
internal sealed record Restriction(int Start, int Length, string Name, string Property, KqlOperator Operator, KqlValue Value)
    : KqlNode(Start, Length)
{
    /// <summary>Where the value begins, with its quote or parenthesis.</summary>
    public int ValueStart { get; init; }
}

/// <summary>Two or more operands that must all match.</summary>
internal sealed record And(int Start, int Length, IReadOnlyList<KqlNode> Operands) : KqlNode(Start, Length);

/// <summary>Two or more operands of which one must match.</summary>
internal sealed record Or(int Start, int Length, IReadOnlyList<KqlNode> Operands) : KqlNode(Start, Length);

/// <summary><c>NOT x</c> or <c>-x</c>.</summary>
internal sealed record Not(int Start, int Length, KqlNode Operand) : KqlNode(Start, Length);

/// <summary>
/// <c>a NEAR b</c>, <c>a ONEAR b</c> (7.7). A chain of one kind and distance is one node; where they change, what stands before the change is the
/// first operand of what follows. Either way a chain goes from left to right, an operand being near to all that is before it, taken as one stretch of text.
/// </summary>
/// <param name="Start">See <see cref="KqlNode"/>.</param>
/// <param name="Length">See <see cref="KqlNode"/>.</param>
/// <param name="Operands">Two or more: <see cref="Words"/>, and as the first possibly a <see cref="Near"/>.</param>
/// <param name="IsOrdered"><c>ONEAR</c>: the operands occur in this order.</param>
/// <param name="Distance">The most tokens that may stand between an operand and the stretch of those before it.</param>
internal sealed record Near(int Start, int Length, IReadOnlyList<KqlNode> Operands, bool IsOrdered, int Distance) : KqlNode(Start, Length)
{
    public const int DefaultDistance = 8;
}

/// <summary><c>WORDS(a, b)</c>: any of the terms, ranked as if they were one (7.7).</summary>
internal sealed record Synonyms(int Start, int Length, IReadOnlyList<Words> Terms) : KqlNode(Start, Length);

/// <summary>
/// <c>match XRANK(…) rank</c> (7.8). Only <see cref="Match"/> decides what matches. Several operators in a row add up, so they are one node with
/// several boosts and not a nest.
/// </summary>
internal sealed record Xrank(int Start, int Length, KqlNode Match, IReadOnlyList<XrankBoost> Boosts) : KqlNode(Start, Length);

/// <summary>One <c>XRANK</c> operator: what to boost and by how much. <see cref="Rank"/> holds no <see cref="Xrank"/>.</summary>
internal sealed record XrankBoost(KqlNode Rank, XrankParameters Parameters);

/// <summary>The parameters of <c>XRANK</c> under the names of the reference; those not given are 0.</summary>
internal readonly record struct XrankParameters(double Cb, double Nb, double Rb, double Pb, double Avgb, double Stdb, int N);
