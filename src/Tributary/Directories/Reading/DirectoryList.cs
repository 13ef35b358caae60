using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>A list of the directory: which objects it is of, and how a page of them is read.</summary>
/// <param name="Kind">What the list holds.</param>
/// <param name="Name">Names the list among all those of the tenant, for its skip tokens.</param>
/// <param name="Read">Reads a page; null when what the list belongs to is not there.</param>
/// <param name="OwnerId">What the list belongs to, as the path says it; empty for the lists of all.</param>
internal sealed record DirectoryList<T>(
    IDirectoryKind<T> Kind, string Name, Func<DirectoryQuery<T>, ValueTask<DirectoryPage<T>?>> Read, string OwnerId = "")
{
    /// <summary>More are not sorted here; a source pages in an order of its own.</summary>
    private const int MaxSorted = 10_000;

    /// <summary>More are not counted: sources that are asked page by page would be busy for too long.</summary>
    private const int MaxCounted = 100_000;

    private const QueryOption Listing = QueryOption.Listing | QueryOption.Filter | QueryOption.OrderBy;

    /// <summary>Which of the objects are in it at all.</summary>
    public Func<T, bool> Holds { get; init; } = static _ => true;

    private GraphError NotFound => GraphErrors.DirectoryObjectNotFound(OwnerId);

    /// <summary>A page of the list.</summary>
    public async Task<Results<GraphResult, GraphErrorResult>> AnswerAsync(HttpContext http, GraphRequest request)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, Kind.Type, Listing);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        var caller = Caller.Of(http);
        var rights = DirectoryRights.Of(caller);
        (Func<T, bool>? matches, error) = DirectoryFilter<T>.Read(options.Filter, Kind, Kind.ViewOf(rights));
        (DirectoryOrder<T>? order, GraphError? orderError) = DirectoryOrder<T>.Read(options.OrderBy, Kind, Kind.ViewOf(rights));
        if ((error ?? orderError) is { } refusal)
        {
            return new GraphErrorResult(refusal);
        }

        string scope = string.Join('\n', "directory", caller.TenantId, Name, options.TextOrNull("filter"), options.TextOrNull("orderby"));
        SkipTokens tokens = http.RequestServices.GetRequiredService<SkipTokens>();
        if (Page.ReadOrNull(http, tokens, options, scope, order?.Count ?? 1) is not { } page)
        {
            return new GraphErrorResult(GraphErrors.InvalidSkipToken);
        }

        Func<T, bool> isListed = entity => Holds(entity) && matches!(entity);
        string? filter = options.TextOrNull("filter");
        (DirectoryPage<T>? found, error) = order is null
            ? (await ReadPageAsync(new DirectoryQuery<T>(isListed, filter, page.After?[0], page.Size)), null)
            : await ReadSortedAsync(new DirectoryQuery<T>(isListed, filter, null, QueryOptions.MaxPageSize), order, page);
        if (found is null)
        {
            return new GraphErrorResult(error ?? NotFound);
        }

        long? count = null;
        if (options.Count && page.IsFirst)
        {
            (count, error) = await CountAsync(isListed, filter);
            if (count is null)
            {
                return new GraphErrorResult(error!);
            }
        }

        string? next = found.Next is null ? null : order is null ? page.NextLink(request, found.Next) : page.NextLink(request, order.PlaceOf(found.Entries[^1]));
        return GraphCollection.Of(
            request,
            Kind.Set + options.Select.Context,
            count,
            next,
            found.Entries,
            (writer, entity) => Kind.Write(writer, entity, request, rights, options.Select, context: null));
    }

    /// <summary>How many objects are in the list, with <c>$filter</c> if there is one.</summary>
    public async Task<Results<DocumentResult, GraphErrorResult>> AnswerCountAsync(HttpContext http, GraphRequest request)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, Kind.Type, QueryOption.Filter);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        (Func<T, bool>? matches, error) = DirectoryFilter<T>.Read(options.Filter, Kind, Kind.ViewOf(DirectoryRights.Of(Caller.Of(http))));
        if (matches is null)
        {
            return new GraphErrorResult(error!);
        }

        (long? count, error) = await CountAsync(entity => Holds(entity) && matches(entity), options.TextOrNull("filter"));
        return count is null ? new GraphErrorResult(error!) : DocumentResult.Count(count.Value);
    }

    /// <summary>A page that is empty only at the end: sources that cannot ask for exactly what is wanted leave out the rest of theirs.</summary>
    private async ValueTask<DirectoryPage<T>?> ReadPageAsync(DirectoryQuery<T> query)
    {
        if (query.Size == 0)
        {
            return await Read(query with { Size = 1 }) is null ? null : new DirectoryPage<T>([], null);
        }

        DirectoryPage<T>? page = await Read(query);
        while (page is { Entries.Count: 0, Next: { } next })
        {
            page = await Read(query with { After = next });
        }

        return page;
    }

    private async ValueTask<(DirectoryPage<T>? Page, GraphError? Error)> ReadSortedAsync(DirectoryQuery<T> query, DirectoryOrder<T> order, Page page)
    {
        var all = new List<T>();
        do
        {
            if (await Read(query) is not { } some)
            {
                return (null, NotFound);
            }

            all.AddRange(some.Entries);
            if (all.Count > MaxSorted)
            {
                return (null, GraphErrors.UnsupportedOrder($"More than {MaxSorted} objects cannot be sorted; narrow the list with $filter."));
            }

            query = query with { After = some.Next };
        }
        while (query.After is not null);

        (T Entity, string[] Place)[] rest = [.. all
            .Select(entity => (entity, order.PlaceOf(entity)))
            .Where(pair => page.After is null || order.Compare(pair.Item2, page.After) > 0)
            .Order(Comparer<(T, string[])>.Create((x, y) => order.Compare(x.Item2, y.Item2)))];
        bool hasMore = page.Size > 0 && rest.Length > page.Size;
        return (new DirectoryPage<T>([.. rest.Take(page.Size).Select(pair => pair.Entity)], hasMore ? "" : null), null);
    }

    private async ValueTask<(long? Count, GraphError? Error)> CountAsync(Func<T, bool> matches, string? filter)
    {
        var query = new DirectoryQuery<T>(matches, filter, null, QueryOptions.MaxPageSize);
        long count = 0;
        do
        {
            if (await Read(query) is not { } page)
            {
                return (null, NotFound);
            }

            count += page.Entries.Count;
            if (count > MaxCounted)
            {
                return (null, GraphErrors.InvalidQueryOption("$count", $"More than {MaxCounted} objects are not counted; narrow the list with $filter."));
            }

            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return (count, null);
    }
}
