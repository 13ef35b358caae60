using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Schemas;

namespace Tributary.Items;

/// <summary>
/// The list of a connection's items, for those who look after it: like GET of one item it shows whatever the access lists say. The real service does not
/// implement it; an addition with a switch, <see cref="ItemOptions.AllowListing"/>.
/// </summary>
internal static class ItemListing
{
    /// <summary>A page ends early at about this size: a hundred of the largest items would be 3 GB.</summary>
    private const long MaxBytesPerPage = 8 * 1024 * 1024;

    private static readonly GraphError Refusal = GraphErrors.SwitchedOff("Listing items", "--Items:AllowListing=true");

    public static void MapItemListing(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder items = version.MapGroup("/external/connections/{connectionId}/items")
            .RequireSwitch<ItemOptions>(options => options.AllowListing, Refusal)
            .RequireConnection();
        items.MapGet("", ListAsync).RequirePermission(GraphOperation.ItemsRead);
        items.MapGet("/$count", CountAsync).RequirePermission(GraphOperation.ItemsRead).WithMetadata(AnswersOtherThanJson.Instance);
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> ListAsync(
        HttpContext http, GraphRequest request, IItemStore store, SchemaVersions schemas, SkipTokens tokens)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, ItemReader.ItemType, QueryOption.Listing);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        if (Page.ReadOrNull(http, tokens, options, $"items\n{connection.TenantId}\n{connection.Key}", keys: 1) is not { } page)
        {
            return new GraphErrorResult(GraphErrors.InvalidSkipToken);
        }

        ItemList list = page.Size == 0
            ? new ItemList([], HasMore: false)
            : await store.ListAsync(
                connection.Key, page.After?[0] ?? "", page.Size, MaxBytesPerPage, options.Select.Has("content"), http.RequestAborted);
        Schema? int64s = await ItemEndpoints.Int64sAsTextOrNullAsync(request, schemas, connection, http.RequestAborted);
        return GraphCollection.Of(
            request,
            $"external/connections('{connection.Connection.Id}')/items{options.Select.Context}",
            options.Count && page.IsFirst ? connection.ItemCount : null,
            list.HasMore ? page.NextLink(request, list.Items[^1].Id) : null,
            list.Items,
            (writer, item) => ItemJson.Write(writer, item, context: null, options.Select, int64s));
    }

    private static async Task<Results<DocumentResult, GraphErrorResult>> CountAsync(HttpContext http, GraphRequest request)
    {
        if (QueryOptions.Read(http.Request, request.Version, ItemReader.ItemType, QueryOption.None).Error is { } error)
        {
            return new GraphErrorResult(error);
        }

        StoredConnection connection = http.Connection();
        return DocumentResult.Count(connection.ItemCount);
    }
}
