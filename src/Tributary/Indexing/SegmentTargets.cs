using Lucene.Net.Index;
using Tributary.Schemas;

namespace Tributary.Indexing;

/// <summary>Of which of the targets of a search each segment is, so that names can mean in each what they mean there.</summary>
internal sealed class SegmentTargets
{
    private readonly Dictionary<object, int> _targets = new(ReferenceEqualityComparer.Instance);

    public void Add(AtomicReader segment, int target) => _targets.Add(segment.CoreCacheKey, target);

    public int Of(AtomicReader segment) => _targets[segment.CoreCacheKey];

    /// <param name="segment">A segment.</param>
    /// <param name="properties">What a name is in each target.</param>
    public Property? PropertyOf(AtomicReader segment, IReadOnlyList<Property?> properties) => properties[Of(segment)] is { IsRefinable: true } property ? property : null;
}
