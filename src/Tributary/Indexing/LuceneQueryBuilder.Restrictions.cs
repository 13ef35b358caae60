using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Schemas;
using Tributary.Search.Kql;

namespace Tributary.Indexing;

/// <content>Restrictions: one property, one sign, one value, which fit each other (<see cref="Search.RestrictionRules"/>).</content>
internal sealed partial class LuceneQueryBuilder
{
    private Query? Restrict(Restriction restriction)
    {
        // Known but not queryable: matches nothing, so that hidden values cannot be probed (search 7.3).
        if (schema.FindOrNull(restriction.Property) is not { IsQueryable: true } property)
        {
            return Nothing();
        }

        if (restriction.Value is ExistsValue)
        {
            return restriction.Operator == KqlOperator.NotEqual ? Without(Present(property)) : Present(property);
        }

        // A restriction whose value has no word is no free text that could be passed over: that would find what it was to keep out.
        return property.Type.Element() switch
        {
            PropertyType.String or PropertyType.Principal => RestrictText(property, restriction),
            PropertyType.Boolean => RestrictBoolean(property, restriction),
            _ => RestrictOrdered(property, restriction),
        };
    }

    /// <summary>What has a value that is found, or, for <c>&lt;&gt;</c>, a value without it.</summary>
    /// <param name="property">The property restricted.</param>
    /// <param name="sign">The restriction's.</param>
    /// <param name="found">What equals or compares; null when nothing can.</param>
    private static Query Signed(Property property, KqlOperator sign, Query? found) => (sign, found) switch
    {
        (KqlOperator.NotEqual, null) => new BooleanQuery { { Present(property), Occur.MUST } },
        (KqlOperator.NotEqual, _) => PresentWithout(property, found),
        _ => found ?? Nothing(),
    };

    private Query RestrictText(Property property, Restriction restriction)
    {
        KqlOperator sign = restriction.Operator;
        var scope = new Scope(property, IsWhole: sign != KqlOperator.Contains || property.IsExactMatchRequired);
        return Signed(property, sign, restriction.Value switch
        {
            GroupValue group => Translate(group.Expression, scope),
            RangeValue range => Find(scope, range.AsText, isPrefix: false),
            TextValue text => Find(scope, text.Text, text.IsPrefix),
            _ => null,
        });
    }

    private static Query RestrictBoolean(Property property, Restriction restriction) => Signed(
        property, restriction.Operator, KqlNumbers.BooleanOrNull(((TextValue)restriction.Value).Text) is { } value ? Truth(property, value) : null);

    private static TermQuery Truth(Property property, bool value) => new(new Term(IndexFields.Value(property), value ? "true" : "false"));

    /// <summary>Numbers and dates. A text that is none equals no value.</summary>
    private Query RestrictOrdered(Property property, Restriction restriction) => Signed(property, restriction.Operator, restriction.Value switch
    {
        TextValue value => Range(property, restriction.Operator, value.Text),
        RangeValue value => Range(property, value),
        _ => null,
    });

    private Query? Range(Property property, KqlOperator sign, string text)
    {
        switch (property.Type.Element())
        {
            case PropertyType.DateTime:
                return KqlDates.IntervalOrNull(text, time) is { } interval ? Dates(property, interval.Satisfying(sign)) : null;
            case PropertyType.Int64:
                return WholeNumbers.Satisfying(sign, text) is { } numbers ? WholeNumbersOf(property, numbers.Min, numbers.Max) : null;
            default:
                if (KqlNumbers.DoubleOrNull(text) is not { } number)
                {
                    return null;
                }

                (double? min, double? max, bool isMinIn, bool isMaxIn) = Bounds(sign, DocumentBuilder.Normalise(number));
                return FractionsOf(property, min, max, isMinIn, isMaxIn);
        }
    }

    private Query? Range(Property property, RangeValue range)
    {
        switch (property.Type.Element())
        {
            case PropertyType.DateTime:
                return KqlDates.IntervalOrNull(range.From, time) is { } from && KqlDates.IntervalOrNull(range.To, time) is { } to
                    ? Dates(property, (from.From, to.To))
                    : null;
            case PropertyType.Int64:
                return WholeNumbers.Satisfying(KqlOperator.GreaterOrEqual, range.From) is { } least
                    && WholeNumbers.Satisfying(KqlOperator.LessOrEqual, range.To) is { } most
                        ? WholeNumbersOf(property, least.Min, most.Max)
                        : null;
            default:
                return KqlNumbers.DoubleOrNull(range.From) is { } low && KqlNumbers.DoubleOrNull(range.To) is { } high
                    ? FractionsOf(property, DocumentBuilder.Normalise(low), DocumentBuilder.Normalise(high), isMinIn: true, isMaxIn: true)
                    : null;
        }
    }

    private MultiTermQuery Dates(Property property, (long From, long To) ticks) => Expand(
        NumericRangeQuery.NewInt64Range(IndexFields.Value(property), IndexFields.PrecisionStep, ticks.From, ticks.To, minInclusive: true, maxInclusive: false));

    private Query WholeNumbersOf(Property property, long min, long max) => min == max
        ? Number(property, min)
        : Expand(NumericRangeQuery.NewInt64Range(IndexFields.Value(property), IndexFields.PrecisionStep, min, max, minInclusive: true, maxInclusive: true));

    private Query FractionsOf(Property property, double? min, double? max, bool isMinIn, bool isMaxIn) => min is { } number && min == max && isMinIn && isMaxIn
        ? Number(property, NumericUtils.DoubleToSortableInt64(number))
        : Expand(NumericRangeQuery.NewDoubleRange(IndexFields.Value(property), IndexFields.PrecisionStep, min, max, isMinIn, isMaxIn));

    /// <summary>One number is one term: it is no range, and as many may be asked for as words.</summary>
    private static ConstantScoreQuery Number(Property property, long sortable) =>
        new(new TermQuery(IndexFields.NumberTerm(IndexFields.Value(property), sortable)));

    private static (T? Min, T? Max, bool IsMinIn, bool IsMaxIn) Bounds<T>(KqlOperator sign, T number)
        where T : struct => sign switch
        {
            KqlOperator.Less => (null, number, true, false),
            KqlOperator.LessOrEqual => (null, number, true, true),
            KqlOperator.Greater => (number, null, false, true),
            KqlOperator.GreaterOrEqual => (number, null, true, true),
            _ => (number, number, true, true),
        };
}
