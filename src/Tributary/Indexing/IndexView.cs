using Lucene.Net.Search;

namespace Tributary.Indexing;

/// <summary>One consistent view of an index for the time of a search.</summary>
internal sealed class IndexView(ConnectionIndex index, IndexGeneration generation, IndexSearcher searcher, AclTable acls, long change) : IDisposable
{
    public IndexSearcher Searcher { get; } = searcher;

    public AclTable Acls { get; } = acls;

    /// <summary>The last change that it contains.</summary>
    public long Change { get; } = change;

    public TextLanguage Language => generation.Language;

    /// <summary>Tells that it could not be read.</summary>
    public void Suspect() => index.Suspect(generation);

    /// <summary>As <see cref="IndexGeneration.CopyToAsync"/>.</summary>
    public Task<(IndexStanding Standing, long Bytes)?> CopyToAsync(string folder, Storage.StoreIdentity identity, Func<IndexStanding, Task<bool>> accept, CancellationToken cancellationToken) =>
        generation.CopyToAsync(folder, identity, accept, cancellationToken);

    public bool IsDamagedFromOutside() => generation.IsDamagedFromOutside();

    public void Dispose() => generation.Release(Searcher);
}
