using Lucene.Net.Index;
using Lucene.Net.Util;
using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>
/// The fields of a document. Names of our own begin with a character that no property name has; a property's fields carry its name in lower case, so
/// queries over several connections meet the same field.
/// </summary>
internal static class IndexFields
{
    /// <summary>Raised when documents are built another way: an index of another format is built anew.</summary>
    public const int Format = 8;

    /// <summary>
    /// A number is indexed as 64 / 8 terms, each of eight bits less. Lucene's default of 4 takes twice as many, which cost more at indexing than they save at
    /// searching: with 8 a range looks at no more than 510 terms of each kind.
    /// </summary>
    public const int PrecisionStep = 8;

    /// <summary>The item's id, as term (to replace it) and as doc value (to name the hit).</summary>
    public const string Id = "#id";

    /// <summary>The item's key in the store, as a number to look for.</summary>
    public const string Key = "#key";

    /// <summary>Number of the interned access list, as doc value.</summary>
    public const string Acl = "#acl";

    /// <summary>Ticks of the last modification, as doc value; orders equal scores.</summary>
    public const string Modified = "#modified";

    /// <summary>Level of the item's activities and the day of the last (<see cref="Ranking.RankColumns"/>), as doc value; only where there are any.</summary>
    public const string Activity = "#activity";

    /// <summary>Unix milliseconds before which the item is not found, as doc value; only where there is such a time.</summary>
    public const string SearchableFrom = "#from";

    /// <summary>Every word of the searchable properties and the content, and its stem where there is a language: what free text looks in.</summary>
    public const string Text = "#text";

    /// <summary>The whole title as one term (<see cref="Ranking.WholeTitle"/>), where it is searchable; an item with several titles has several.</summary>
    public const string Title = "#title";

    /// <summary>Lower-case names of the queryable and the refinable properties that have a value, for <c>name:*</c> and for filters.</summary>
    public const string Present = "#present";

    /// <summary>The words of one property, in order.</summary>
    public static string Words(Property property) => "w:" + property.Name.ToLowerInvariant();

    /// <summary>The whole value of a property as one term: exact match, Booleans, numbers and dates.</summary>
    public static string Value(Property property) => "v:" + property.Name.ToLowerInvariant();

    /// <summary>Every value of a refinable property, as doc values; of text also as terms, to the letter: what buckets count and filters look up.</summary>
    public static string Refined(Property property) => "f:" + property.Name.ToLowerInvariant();

    /// <summary>The first value of a refinable property, as doc value to order by: text folded, numbers as they sort.</summary>
    public static string Order(Property property) => "s:" + property.Name.ToLowerInvariant();

    public static string PresenceOf(Property property) => property.Name.ToLowerInvariant();

    /// <summary>The one term of a number in its full precision; a fraction as the number that sorts like it.</summary>
    public static Term NumberTerm(string field, long sortable)
    {
        var bytes = new BytesRef(NumericUtils.BUF_SIZE_INT64);
        NumericUtils.Int64ToPrefixCoded(sortable, 0, bytes);
        return new Term(field, bytes);
    }
}
