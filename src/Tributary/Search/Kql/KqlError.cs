using System.Diagnostics.CodeAnalysis;

namespace Tributary.Search.Kql;

/// <summary>Why a text is no query (search 7.9).</summary>
/// <param name="Position">Where in the text, counted from 0; the length of the text when something is missing at its end.</param>
/// <param name="Message">A sentence that names what is wrong.</param>
internal sealed record KqlError(int Position, string Message);

/// <summary>A tree, or the first error.</summary>
internal sealed class KqlResult
{
    private KqlResult(KqlNode? tree, KqlError? error) => (Tree, Error) = (tree, error);

    public KqlNode? Tree { get; }

    public KqlError? Error { get; }

    [MemberNotNullWhen(true, nameof(Tree))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsValid => Error is null;

    public static KqlResult Of(KqlNode tree) => new(tree, null);

    public static KqlResult Of(KqlError error) => new(null, error);
}
