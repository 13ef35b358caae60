using Lucene.Net.Index;
using Lucene.Net.Search;
using Tributary.Schemas;
using Tributary.Search;

namespace Tributary.Indexing;

/// <summary>
/// The order of hits: by the keys that were asked for, then by score; equal scores have the newer item first, then the lesser id, so that the order is the same on
/// every page.
/// </summary>
internal static class SearchOrder
{
    private static readonly SortField[] Always =
    [
        SortField.FIELD_SCORE,
        new SortField("#tie", new TieSource()),
    ];

    public static readonly Sort ByRelevance = new(Always);

    public static Sort Of(IReadOnlyList<SortKey> keys, SegmentTargets segments) =>
        new([.. keys.Select(key => new SortField("#order", new Source(key, segments), key.IsDescending)), .. Always]);

    private sealed class TieSource : FieldComparerSource
    {
        public override FieldComparer NewComparer(string fieldname, int numHits, int sortPos, bool reversed) => new TieComparer(numHits);
    }

    private sealed class Source(SortKey key, SegmentTargets segments) : FieldComparerSource
    {
        private readonly PropertyType? _element = key.Properties.FirstOrDefault(property => property is not null)?.Type.Element();

        public override FieldComparer NewComparer(string fieldname, int numHits, int sortPos, bool reversed) => _element is PropertyType.String or PropertyType.Principal
            ? new TextComparer(FieldOf, numHits, reversed)
            : new NumberComparer(FieldOf, numHits, reversed);

        private string? FieldOf(AtomicReader segment) => segments.PropertyOf(segment, key.Properties) is { } property ? IndexFields.Order(property) : null;
    }
}
