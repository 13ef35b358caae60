using System.Diagnostics;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>
/// Reads the restrictions on system properties of a tree as tests of the item (<see cref="ItemTest"/>). Every item has each of these properties, so <c>name:*</c> is
/// everything; a value of another connection, or that is none, finds nothing.
/// </summary>
internal static class SystemRestrictions
{
    private static readonly Schema NoProperties = new([]);

    /// <param name="tree">Its restrictions fit (<see cref="RestrictionRules"/>).</param>
    /// <param name="values">Those of the connection that the tree was read for.</param>
    public static KqlNode Resolve(KqlNode tree, SystemValues values) => tree switch
    {
        And and => KqlJoin.And([.. and.Operands.Select(operand => Resolve(operand, values))]),
        Or or => KqlJoin.Or([.. or.Operands.Select(operand => Resolve(operand, values))]),
        Not not => not with { Operand = Resolve(not.Operand, values) },
        Xrank xrank => xrank with { Match = Resolve(xrank.Match, values), Boosts = [.. xrank.Boosts.Select(boost => Resolve(boost, values))] },
        Restriction restriction when SystemPropertyNames.OfKeyOrNull(restriction.Property) is { } property => Test(property, restriction, values),
        _ => tree,
    };

    /// <summary>A rank side that does not fit is no error, and adds nothing.</summary>
    private static XrankBoost Resolve(XrankBoost boost, SystemValues values) =>
        RestrictionRules.ErrorOrNull(boost.Rank, NoProperties) is null ? boost with { Rank = Resolve(boost.Rank, values) } : boost;

    private static KqlNode Test(SystemProperty property, Restriction restriction, SystemValues values)
    {
        KqlNode equal = restriction.Value switch
        {
            ExistsValue => Everything(restriction),
            GroupValue group => Positive(Group(property, group.Expression, values)),
            RangeValue range when property == SystemProperty.DocumentId => Keys(
                restriction, WholeNumbers.Satisfying(KqlOperator.GreaterOrEqual, range.From), WholeNumbers.Satisfying(KqlOperator.LessOrEqual, range.To)),
            RangeValue range => Equal(property, restriction, range.AsText, values),
            TextValue text when property == SystemProperty.DocumentId => Keys(restriction, WholeNumbers.Satisfying(restriction.Operator, text.Text)),
            TextValue text => Equal(property, restriction, text.Text, values),
            _ => throw new UnreachableException(restriction.Value.GetType().Name),
        };
        return restriction.Operator == KqlOperator.NotEqual ? Positive(new Not(restriction.Start, restriction.Length, equal)) : equal;
    }

    /// <summary>
    /// A restriction is something to find, also one that takes something out: beside a word that the index cannot know it still finds what it leaves, where what the
    /// user negated finds nothing by itself.
    /// </summary>
    private static KqlNode Positive(KqlNode node) => node is Not || (node is And and && and.Operands.All(operand => operand is Not))
        ? KqlJoin.And([Everything(node), node])
        : node;

    private static KqlNode Group(SystemProperty property, KqlNode expression, SystemValues values) => expression switch
    {
        MatchAll => expression,
        Words words => Equal(property, words, words.Text, values),
        And and => KqlJoin.And([.. and.Operands.Select(operand => Group(property, operand, values))]),
        Or or => KqlJoin.Or([.. or.Operands.Select(operand => Group(property, operand, values))]),
        Not not => not with { Operand = Group(property, not.Operand, values) },
        Synonyms synonyms => KqlJoin.Or([.. synonyms.Terms.Select(term => Equal(property, term, term.Text, values))]),
        _ => throw new UnreachableException(expression.GetType().Name),
    };

    private static KqlNode Equal(SystemProperty property, KqlNode place, string text, SystemValues values) => property switch
    {
        SystemProperty.Id => Item(place, values.ItemOfHitIdOrNull(text)),
        SystemProperty.SubstrateContentDomainId => Item(place, values.ItemOfContentDomainOrNull(text)),
        SystemProperty.ImmutableEntryId => SystemValues.KeyOfEntryOrNull(text) is { } key ? new ItemWithKey(place.Start, place.Length, key, key) : Nothing(place),
        SystemProperty.SubstrateLocationId => values.IsLocation(text) ? Everything(place) : Nothing(place),
        _ => throw new UnreachableException(property.ToString()),
    };

    private static KqlNode Item(KqlNode place, string? id) => id is null ? Nothing(place) : new ItemWithId(place.Start, place.Length, id);

    /// <summary>The keys that are in every one of the ranges.</summary>
    private static KqlNode Keys(Restriction place, params (long Min, long Max)?[] ranges)
    {
        (long min, long max) = (long.MinValue, long.MaxValue);
        foreach ((long Min, long Max)? range in ranges)
        {
            if (range is not { } known)
            {
                return Nothing(place);
            }

            (min, max) = (Math.Max(min, known.Min), Math.Min(max, known.Max));
        }

        return min <= max ? new ItemWithKey(place.Start, place.Length, min, max) : Nothing(place);
    }

    private static MatchAll Everything(KqlNode place) => new(place.Start, place.Length);

    private static NoItem Nothing(KqlNode place) => new(place.Start, place.Length);
}
