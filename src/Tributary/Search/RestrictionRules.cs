using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// Which operators and forms of values go with which types (search 7.5). A restriction against these rules makes the query malformed (7.9). A value that is merely no
/// number, date or Boolean is not against them: it equals nothing that is there. So is a restriction on what is not queryable, whose type is not to be told.
/// </summary>
internal static class RestrictionRules
{
    /// <summary>The first restriction that does not fit, read from left to right; null when all do. The rank side of <c>XRANK</c> finds nothing and is not looked at.</summary>
    public static KqlError? ErrorOrNull(KqlNode tree, Schema schema) => tree switch
    {
        And and => FirstOrNull(and.Operands, schema),
        Or or => FirstOrNull(or.Operands, schema),
        Not not => ErrorOrNull(not.Operand, schema),
        Xrank xrank => ErrorOrNull(xrank.Match, schema),
        Restriction restriction => RestrictionErrorOrNull(restriction, schema),
        _ => null,
    };

    /// <summary>Implicit operators bring restrictions on one property together, so operands need not be in the order they were written in.</summary>
    private static KqlError? FirstOrNull(IReadOnlyList<KqlNode> operands, Schema schema) =>
        operands.Select(operand => ErrorOrNull(operand, schema)).Where(error => error is not null).MinBy(error => error!.Position);

    private static KqlError? RestrictionErrorOrNull(Restriction restriction, Schema schema)
    {
        if (SystemPropertyNames.OfKeyOrNull(restriction.Property) is { } system)
        {
            return system == SystemProperty.DocumentId ? OrderedErrorOrNull(restriction, "a whole number") : IdentifierErrorOrNull(restriction);
        }

        if (schema.FindOrNull(restriction.Property) is not { IsQueryable: true } property)
        {
            return null;
        }

        return property.Type.Element() switch
        {
            PropertyType.String or PropertyType.Principal => EqualityErrorOrNull(restriction, "text"),
            PropertyType.Boolean => EqualityErrorOrNull(restriction, "a Boolean") ?? OneValueErrorOrNull(restriction, "a Boolean") ?? RangeErrorOrNull(restriction, "a Boolean"),
            PropertyType.DateTime => OrderedErrorOrNull(restriction, "a date"),
            _ => OrderedErrorOrNull(restriction, "a number"),
        };
    }

    private static KqlError? OrderedErrorOrNull(Restriction restriction, string type) =>
        OneValueErrorOrNull(restriction, type) ?? (restriction.Operator is KqlOperator.Contains or KqlOperator.Equal ? null : RangeErrorOrNull(restriction, type));

    private static KqlError? EqualityErrorOrNull(Restriction restriction, string type) => restriction.Operator is KqlOperator.Contains or KqlOperator.Equal or KqlOperator.NotEqual
        ? null
        : new KqlError(
            restriction.Start + restriction.Name.Length, $"'{restriction.Name}' is {type}, which is not compared by size; ':', '=' or '<>' is expected.");

    /// <summary>Neither a group nor a beginning.</summary>
    private static KqlError? OneValueErrorOrNull(Restriction restriction, string type) => restriction.Value switch
    {
        GroupValue => new KqlError(restriction.ValueStart, $"'{restriction.Name}' is {type}; a value is expected, as groups are for text."),
        TextValue { IsPrefix: true } => new KqlError(restriction.ValueStart, $"'{restriction.Name}' is {type}; a whole value is expected, as '*' is for text."),
        _ => null,
    };

    private static KqlError? RangeErrorOrNull(Restriction restriction, string type) => restriction.Value is RangeValue
        ? new KqlError(restriction.ValueStart, $"'{restriction.Name}' is {type}; one value is expected here, not a range.")
        : null;

    /// <summary>An id is the whole of it or another; there is no order among ids, and no words in them.</summary>
    private static KqlError? IdentifierErrorOrNull(Restriction restriction) => EqualityErrorOrNull(restriction, "an id") ?? restriction.Value switch
    {
        TextValue { IsPrefix: true } => PartOfId(restriction, restriction.ValueStart),
        GroupValue group => PartInGroupOrNull(group.Expression) is { } part ? PartOfId(restriction, part.Start) : null,
        _ => null,
    };

    private static KqlError PartOfId(Restriction restriction, int position) =>
        new(position, $"'{restriction.Name}' is an id; a whole id is expected, not a part of one.");

    private static KqlNode? PartInGroupOrNull(KqlNode node) => node switch
    {
        Words { IsPrefix: true } or Near => node,
        And and => and.Operands.Select(PartInGroupOrNull).FirstOrDefault(part => part is not null),
        Or or => or.Operands.Select(PartInGroupOrNull).FirstOrDefault(part => part is not null),
        Not not => PartInGroupOrNull(not.Operand),
        Synonyms synonyms => synonyms.Terms.FirstOrDefault(term => term.IsPrefix),
        _ => null,
    };
}
