using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// What is told as malformed besides <see cref="RestrictionRules"/> where <see cref="SearchOptions.StrictQueries"/> asks for it: a value that is none of the property's
/// type, and a <c>*</c> that is not at the end of a word. Otherwise such a value equals nothing that is there, and such a <c>*</c> separates words (search 7.1, 7.5).
/// </summary>
internal static class StrictRules
{
    /// <summary>The first one, read from left to right; null when there is none. What only ranks is not looked at.</summary>
    /// <param name="tree">As it was parsed.</param>
    /// <param name="schema">Null where no connection is searched.</param>
    public static KqlError? ErrorOrNull(KqlNode tree, Schema? schema) => Errors(tree, schema).MinBy(error => error.Position);

    private static IEnumerable<KqlError> Errors(KqlNode node, Schema? schema) => node switch
    {
        And and => and.Operands.SelectMany(operand => Errors(operand, schema)),
        Or or => or.Operands.SelectMany(operand => Errors(operand, schema)),
        Not not => Errors(not.Operand, schema),
        Near near => near.Operands.SelectMany(operand => Errors(operand, schema)),
        Synonyms synonyms => synonyms.Terms.SelectMany(term => Errors(term, schema)),
        Xrank xrank => Errors(xrank.Match, schema),
        Words { IsQuoted: false } words => Star(words.Text, words.Start),
        Restriction restriction => OfRestriction(restriction, schema),
        _ => [],
    };

    private static IEnumerable<KqlError> OfRestriction(Restriction restriction, Schema? schema)
    {
        if (KindOrNull(restriction, schema) is { } kind)
        {
            return Values(restriction).Where(value => !kind.Fits(value)).Take(1)
                .Select(value => new KqlError(restriction.ValueStart, $"'{restriction.Name}' is {kind.Name}, which '{KqlError.Excerpt(value)}' is not."));
        }

        return restriction.Value switch
        {
            GroupValue group => Errors(group.Expression, schema),
            TextValue { IsQuoted: false } text => Star(text.Text, restriction.ValueStart),
            _ => [],
        };
    }

    private static IEnumerable<string> Values(Restriction restriction) => restriction.Value switch
    {
        TextValue text => [text.Text],
        RangeValue range => [range.From, range.To],
        _ => [],
    };

    /// <summary>Null for text and ids, which any value may be, and for what is not queryable, whose type is not to be told.</summary>
    private static (string Name, Func<string, bool> Fits)? KindOrNull(Restriction restriction, Schema? schema)
    {
        if (SystemPropertyNames.OfKeyOrNull(restriction.Property) is { } system)
        {
            return system == SystemProperty.DocumentId ? ("a whole number", KqlNumbers.IsNumber) : null;
        }

        return schema?.FindOrNull(restriction.Property) is { IsQueryable: true } property ? property.Type.Element() switch
        {
            PropertyType.Int64 or PropertyType.Double => ("a number", KqlNumbers.IsNumber),
            PropertyType.Boolean => ("a Boolean", value => KqlNumbers.BooleanOrNull(value) is not null),
            PropertyType.DateTime => ("a date", KqlDates.IsDate),
            _ => null,
        }
        : null;
    }

    private static IEnumerable<KqlError> Star(string text, int start) => text.IndexOf('*', StringComparison.Ordinal) is >= 0 and var at
        ? [new KqlError(start + at, "A '*' stands at the end of a word only.")]
        : [];
}
