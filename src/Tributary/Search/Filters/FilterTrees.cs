using System.Globalization;
using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Search.Filters;

/// <summary>What a filter means in a connection: the schema's names in place of those sent, and dates as instants.</summary>
internal static class FilterTrees
{
    private static readonly MatchAll Everything = new(0, 0);

    private static readonly long LastTick = DateTime.MaxValue.Ticks;

    /// <summary>The tests of a filter, from left to right.</summary>
    public static IEnumerable<Refinement> Tests(KqlNode node) => node switch
    {
        Refinement test => [test],
        And and => and.Operands.SelectMany(Tests),
        Or or => or.Operands.SelectMany(Tests),
        Not not => Tests(not.Operand),
        _ => [],
    };

    /// <summary>Why values of this type cannot be tested so; null when they can.</summary>
    public static string? MisfitOrNull(RefinementTest test, PropertyType type) => OfType(test, type) switch
    {
        BucketValue bucket => ValueMisfitOrNull(bucket.Key, type),
        EqualValue equal => ValueMisfitOrNull(equal.Text, type),
        BetweenValues when type is not (PropertyType.Int64 or PropertyType.Double or PropertyType.DateTime) => $"of type {type} has no ranges",
        BetweenValues between => (between.From is { } from ? ValueMisfitOrNull(from, type) : null) ?? (between.To is { } to ? ValueMisfitOrNull(to, type) : null),
        WordsOfValue when type is not PropertyType.String => $"of type {type} has no words",
        _ => null,
    };

    /// <summary>Why a text is no value of this type; null when it is one.</summary>
    public static string? ValueMisfitOrNull(string text, PropertyType type)
    {
        bool fits = type switch
        {
            PropertyType.Int64 or PropertyType.Double => KqlNumbers.IsNumber(text),
            PropertyType.Boolean => KqlNumbers.BooleanOrNull(text) is not null,
            PropertyType.DateTime => KqlDates.IsDate(text),
            _ => true,
        };
        return fits ? null : $"of type {type} cannot be compared with '{SearchedNames.Shown(text)}'";
    }

    /// <summary>
    /// The tree for one connection. Where it has no such property its items have no value of it, so a test is true or false of all of them and disappears.
    /// </summary>
    /// <param name="node">The filter, with the names that were sent.</param>
    /// <param name="property">What a name is in this connection; null for none.</param>
    /// <param name="time">What date words are relative to.</param>
    /// <param name="isNothing">Whether no item can pass.</param>
    /// <returns>Null when every item passes, or none.</returns>
    public static KqlNode? BindOrNull(KqlNode node, Func<string, Property?> property, QueryTime time, out bool isNothing)
    {
        KqlNode bound = Bind(node, property, time);
        isNothing = IsNothing(bound);
        return bound is MatchAll || isNothing ? null : bound;
    }

    /// <summary>The instant where a date of a range begins.</summary>
    public static string BeginningOf(string date, QueryTime time) => Instant(IntervalOf(date, time).From);

    private static KqlNode Bind(KqlNode node, Func<string, Property?> property, QueryTime time)
    {
        switch (node)
        {
            case Refinement test:
                return property(test.Property) is not { } found ? test.Test is NoValue ? Everything : Negated(Everything)
                    : test with { Property = found.Name, Test = Bind(test.Test, found.Type.Element(), time) };
            case Not not:
                return Bind(not.Operand, property, time) is var operand && IsNothing(operand) ? Everything : Negated(operand);
            case And and:
                KqlNode[] all = [.. and.Operands.Select(operand => Bind(operand, property, time)).Where(operand => operand is not MatchAll)];
                return all.Any(IsNothing) ? Negated(Everything) : all.Length == 0 ? Everything : KqlJoin.And(all);
            case Or or:
                KqlNode[] any = [.. or.Operands.Select(operand => Bind(operand, property, time)).Where(operand => !IsNothing(operand))];
                return any.Any(operand => operand is MatchAll) ? Everything : any.Length == 0 ? Negated(Everything) : KqlJoin.Or(any);
            default:
                throw new InvalidOperationException($"A filter has no {node.GetType().Name}.");
        }
    }

    private static RefinementTest Bind(RefinementTest test, PropertyType type, QueryTime time) =>
        OfType(test, type) is var read && type == PropertyType.DateTime ? InInstants(read, time) : read;

    /// <summary><c>a..b</c> is a range of numbers or dates, as in a query, and of text a text like any other.</summary>
    private static RefinementTest OfType(RefinementTest test, PropertyType type)
    {
        if (test is not EqualValue { Text: var text } || type is not (PropertyType.Int64 or PropertyType.Double or PropertyType.DateTime))
        {
            return test;
        }

        int dots = text.IndexOf("..", StringComparison.Ordinal);
        return dots > 0 && dots + 2 < text.Length ? new BetweenValues(text[..dots], true, text[(dots + 2)..], true) : test;
    }

    private static bool IsNothing(KqlNode node) => node is Not { Operand: MatchAll };

    private static Not Negated(KqlNode node) => new(node.Start, node.Length, node);

    /// <summary>Days and date words become the instants where they begin and end, as comparisons in queries have it (search 7.6).</summary>
    private static RefinementTest InInstants(RefinementTest test, QueryTime time)
    {
        switch (test)
        {
            case EqualValue equal when IntervalOf(equal.Text, time) is { IsWhole: true } day:
                return new BetweenValues(Instant(day.From), true, Instant(day.To), day.To > LastTick);
            case BetweenValues between:
                long? from = between.From is { } lower ? between.IsFromIncluded ? IntervalOf(lower, time).From : IntervalOf(lower, time).To : null;
                long? to = between.To is { } upper ? between.IsToIncluded ? IntervalOf(upper, time).To : IntervalOf(upper, time).From : null;

                // Behind the last instant there is nothing: the bound is then the last instant itself, left out below and taken above.
                return new BetweenValues(
                    from is { } first ? Instant(first) : null, !(from > LastTick), to is { } last ? Instant(last) : null, to > LastTick);
            default:
                return test;
        }
    }

    private static KqlInterval IntervalOf(string text, QueryTime time) =>
        KqlDates.IntervalOrNull(text, time) ?? throw new InvalidOperationException("A date of a filter is no date.");

    private static string Instant(long ticks) =>
        new DateTime(Math.Min(ticks, LastTick), DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
