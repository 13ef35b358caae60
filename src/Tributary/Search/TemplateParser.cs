using Tributary.Schemas;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>
/// Parses a query with regard to who wrote what: what its author demands or excludes in a template holds whatever the user types. Where the query string is malformed in
/// itself, or does not go with the template, its words stand in place of it; only a template that is malformed even so is searched as plain words itself.
/// </summary>
internal sealed class TemplateParser(ExpandedQuery query, KqlLimits limits)
{
    /// <param name="resolve">What a name is in the connection.</param>
    /// <param name="schema">Of the connection; null for none.</param>
    public ParsedTemplate Parse(Func<string, string?> resolve, Schema? schema)
    {
        (KqlNode? own, KqlError? ownError) = query.QueryString is { } queryString && !IsPunctuation(queryString) ? ParseOne(queryString, resolve, schema, limits) : default;
        (KqlNode? whole, KqlError? error) = ParseOne(query.Text, resolve, schema, limits);
        bool isWhole = whole is not null && ownError is null;
        KqlNode? words = isWhole && !HasProximity(whole!) ? null : WordsOrNull(resolve, schema);
        KqlError? ownStrict = ownError ?? (own is null ? null : StrictRules.ErrorOrNull(own, schema));
        return new ParsedTemplate
        {
            Tree = isWhole ? whole : words,
            AsWords = words is null || HasProximity(words) ? null : words,
            Error = ownError ?? error,
            StrictError = ownStrict ?? error ?? StrictRules.ErrorOrNull(whole!, schema),
            IsOfQueryString = ownStrict is not null,
        };
    }

    /// <summary>
    /// All as plain words. Null when nothing is to be searched for, also where the user's part of a template that goes on is nothing: then the template alone would be searched
    /// as words, and what it excludes be demanded.
    /// </summary>
    /// <param name="withoutNames">As it is read where no name means anything.</param>
    public KqlNode? PlainOrNull(ParsedTemplate withoutNames)
    {
        if (limits.TooLongOrNull(query.Text) is not null)
        {
            return null;
        }

        if (withoutNames.Tree is null && withoutNames.IsOfQueryString && query.QueryString is { } queryString && KqlPlainText.Read(queryString, limits.MaxClauses) is null)
        {
            return null;
        }

        return KqlPlainText.Read(query.Text, limits.MaxClauses) ?? withoutNames.Tree;
    }

    /// <summary>Text that is passed over like white space.</summary>
    private static bool IsPunctuation(string text) => !WordBreaks.HasWord(text) && text.IndexOfAny(['(', ')', '"', '*']) < 0;

    private static (KqlNode? Tree, KqlError? Error) ParseOne(string text, Func<string, string?> resolve, Schema? schema, KqlLimits limits)
    {
        KqlResult parsed = KqlParser.Parse(text, resolve, limits);
        KqlError? error = parsed.Error ?? (schema is null ? null : RestrictionRules.ErrorOrNull(parsed.Tree!, schema));
        return error is null ? (parsed.Tree, null) : (null, error);
    }

    private KqlNode? WordsOrNull(Func<string, string?> resolve, Schema? schema)
    {
        // Its length was looked at as it was written.
        return query.AsWords is { } words && ParseOne(words.Text, resolve, schema, limits with { MaxLength = int.MaxValue }).Tree is { } tree ? query.Placed(tree) : null;
    }

    /// <summary>Whether the index may find it more than can be looked up together.</summary>
    private static bool HasProximity(KqlNode node) => node switch
    {
        Near or Words { IsPrefix: true, IsQuoted: true } or Restriction { Value: TextValue { IsPrefix: true, IsQuoted: true } } => true,
        And and => and.Operands.Any(HasProximity),
        Or or => or.Operands.Any(HasProximity),
        Not not => HasProximity(not.Operand),
        Xrank xrank => HasProximity(xrank.Match) || xrank.Boosts.Any(boost => HasProximity(boost.Rank)),
        Restriction { Value: GroupValue group } => HasProximity(group.Expression),
        _ => false,
    };
}

/// <summary>A query as one connection reads it.</summary>
internal sealed record ParsedTemplate
{
    /// <summary>Null where it is malformed as a whole.</summary>
    public KqlNode? Tree { get; init; }

    /// <summary>The template with the words of the query string, where <see cref="Tree"/> may be more than can be looked up and this is not; else null.</summary>
    public KqlNode? AsWords { get; init; }

    public KqlError? Error { get; init; }

    /// <summary><see cref="Error"/>, or what <see cref="StrictRules"/> tell.</summary>
    public KqlError? StrictError { get; init; }

    /// <summary>Whether what is told is of the query string alone.</summary>
    public bool IsOfQueryString { get; init; }
}
