namespace Tributary.Graph;

/// <summary>Which layer of the real service meets a problem; it decides the <c>error.code</c> of the answer.</summary>
internal enum ProblemKind
{
    /// <summary>The OData layer: an undeclared member or a value of the wrong JSON type. Answered <c>BadRequest</c> with the text itself as message.</summary>
    Shape,

    /// <summary>The connector service's own check. Answered <c>InvalidRequest</c>, "The request is malformed or incorrect.", the reason inside.</summary>
    Rule,
}

/// <summary>One thing that is wrong with a request.</summary>
/// <param name="Kind">The layer that refuses it.</param>
/// <param name="Path">JSON path of the offending value, such as <c>$.properties[2].labels[0]</c>; for an id in the path its name, such as <c>{connection-id}</c>.</param>
/// <param name="Code">The <c>innerError.code</c>.</param>
/// <param name="Message">A sentence that names what is wrong and, where it helps, what is allowed.</param>
internal sealed record Problem(ProblemKind Kind, string Path, string Code, string Message);

/// <summary>
/// Collects everything that is wrong with a request, so that one answer tells it all. A hostile body could hold a million wrong members, or one with a name of
/// megabytes: texts are cut, from some number on only the count goes up, and readers stop at <see cref="IsFull"/>.
/// </summary>
internal sealed class Problems : List<Problem>
{
    private const int MaxDistinct = 200;
    private const int MaxTextLength = 500;

    private static readonly Problem More = new(ProblemKind.Rule, "$", "InvalidRequest", "There is more.");

    /// <summary>What becomes of undeclared members (<see cref="GraphObject"/>); here, as this is what goes from reader to reader.</summary>
    public UnknownMembers UnknownMembers { get; init; } = UnknownMembers.Refuse;

    /// <summary><see cref="GraphOptions.StrictValues"/>.</summary>
    public bool IsStrict { get; init; }

    /// <summary>More than anybody reads; a reader that has come so far may stop.</summary>
    public bool IsFull => Count >= MaxDistinct;

    public void Shape(string path, string message) => Add(ProblemKind.Shape, path, "BadRequest", message);

    public void Rule(string path, string code, string message) => Add(ProblemKind.Rule, path, code, message);

    private void Add(ProblemKind kind, string path, string code, string message) =>
        Add(IsFull ? More : new Problem(kind, Cut(path), code, Cut(message)));

    private static string Cut(string text)
    {
        if (text.Length <= MaxTextLength)
        {
            return text;
        }

        int length = char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength;
        return $"{text.AsSpan(0, length)}…";
    }
}
