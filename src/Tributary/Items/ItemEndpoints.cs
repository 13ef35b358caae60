using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Indexing;
using Tributary.Schemas;
using Tributary.Storage;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Items;

/// <summary><c>/external/connections/{id}/items/{id}</c> (https://learn.microsoft.com/graph/api/resources/externalconnectors-externalitem).</summary>
internal static class ItemEndpoints
{
    private const string Source = "ExternalItem";

    public static void MapItems(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder items = version.MapGroup("/external/connections/{connectionId}/items");
        items.MapItemListing();
        items.MapPost("", Post).RequirePermission(GraphOperation.ItemsWrite);
        items.MapPut("/{itemId}", PutAsync).RequirePermission(GraphOperation.ItemsWrite);
        items.MapGet("/{itemId}", GetAsync).RequirePermission(GraphOperation.ItemsRead);
        items.MapDelete("/{itemId}", DeleteAsync).RequirePermission(GraphOperation.ItemsWrite);
    }

    /// <summary>Generated clients offer it; creating needs PUT with the id in the path (O15).</summary>
    private static GraphErrorResult Post() => new(GraphErrors.UnsupportedVerb("Items are created by PUT with the item's id in the path."));

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-put-items</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> PutAsync(
        HttpContext http, GraphRequest request, [AsParameters] ItemServices services, string connectionId, string itemId)
    {
        StoredConnection? connection = await services.Access.FindOrNullAsync(services.Caller, GraphOperation.ItemsWrite, connectionId, http.RequestAborted);
        if (connection is null || connection.IsDeleting)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        ItemOptions options = services.Options.Value;
        using IDisposable room = await services.InFlight.ReserveAsync(
            Math.Min(http.Request.ContentLength ?? options.MaxBytes, options.MaxBytes), http.RequestAborted);
        using RequestBody body = await RequestBody.ReadAsync(http, (int)options.MaxBytes);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        // The rules are checked before the writer's turn and can be overtaken there: then they are checked again against what holds now.
        while (true)
        {
            if (connection is null || connection.IsDeleting)
            {
                return new GraphErrorResult(GraphErrors.NotFound("Connection"));
            }

            Schema? schema = connection.ActiveSchema == 0
                ? null
                : await services.Schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, http.RequestAborted);
            if (schema is null || connection.State is ConnectionState.Draft or ConnectionState.Obsolete)
            {
                return new GraphErrorResult(NotReady(connection));
            }

            var problems = new Problems();
            ItemWrite? write = Read(body, itemId, request.Version, connection, schema, options, problems);
            if (write is null)
            {
                return new GraphErrorResult(GraphErrors.Invalid(problems));
            }

            if (write.HasActivities)
            {
                return new GraphErrorResult(GraphErrors.NotImplemented("The member 'activities' of an item"));
            }

            await services.Indexes.WaitForRoomAsync(connection.Key, connection.LastChange, http.RequestAborted);
            PutItemResult result = await services.Store.PutAsync(
                connection.Key,
                new PutItem(write, connection.ActiveSchema, options.MaxPerConnection, ItemExcerpt.OfOrNull(write.Content)),
                http.RequestAborted);
            switch (result.Outcome)
            {
                case PutItemOutcome.Stored:
                    string? context = request.Context($"external/connections('{connectionId}')/items/$entity");
                    Schema? int64s = request.Format.IsIeee754Compatible ? schema : null;
                    return GraphResult.Ok(writer => ItemJson.Write(writer, result.Item!, context, Selection.All, int64s));
                case PutItemOutcome.Incomplete:
                    ItemRules.RequireComplete(write, problems);
                    return new GraphErrorResult(GraphErrors.Invalid(problems));
                case PutItemOutcome.QuotaReached:
                    return new GraphErrorResult(GraphErrors.QuotaExceeded(options.MaxPerConnection));
                case PutItemOutcome.NotReady:
                    return new GraphErrorResult(NotReady(connection));
            }

            connection = await services.Access.FindOrNullAsync(services.Caller, GraphOperation.ItemsWrite, connectionId, http.RequestAborted);
        }
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalitem-get. A diagnostic aid: with content, without activities.</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, IItemStore store, SchemaVersions schemas, string connectionId, string itemId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, ItemReader.ItemType, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.ItemsRead, connectionId, http.RequestAborted);
        if (connection is null || connection.IsDeleting)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        ExternalItem? item = await store.FindOrNullAsync(connection.Key, itemId, http.RequestAborted);
        if (item is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound(Source));
        }

        Schema? int64s = await Int64sAsTextOrNullAsync(request, schemas, connection, http.RequestAborted);
        string? context = request.Context($"external/connections('{connectionId}')/items{options.Select.Context}/$entity");
        return GraphResult.Ok(writer => ItemJson.Write(writer, item, context, options.Select, int64s));
    }

    /// <summary>The schema that tells which values are int64, where the client wants those as text.</summary>
    internal static async ValueTask<Schema?> Int64sAsTextOrNullAsync(
        GraphRequest request, SchemaVersions schemas, StoredConnection connection, CancellationToken cancellationToken) =>
        request.Format.IsIeee754Compatible ? await schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, cancellationToken) : null;

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalitem-delete</summary>
    private static async Task<Results<EmptyResult, GraphErrorResult>> DeleteAsync(
        HttpContext http, Caller caller, ConnectionAccess access, IItemStore store, string connectionId, string itemId)
    {
        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.ItemsWrite, connectionId, http.RequestAborted);
        if (connection is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        return await store.DeleteAsync(connection.Key, itemId, http.RequestAborted) switch
        {
            DeleteItemOutcome.Deleted => EmptyResult.NoContent,
            DeleteItemOutcome.NotFound => new GraphErrorResult(GraphErrors.NotFound(Source)),
            DeleteItemOutcome.NotReady => new GraphErrorResult(NotReady(connection)),
            _ => new GraphErrorResult(GraphErrors.NotFound("Connection")),
        };
    }

    private static ItemWrite? Read(
        RequestBody body, string itemId, GraphVersion version, StoredConnection connection, Schema schema, ItemOptions options, Problems problems)
    {
        if (ItemRules.ReadIdOrNull(itemId, options, problems) is not { } id)
        {
            return null;
        }

        bool isPeople = connection.Connection.ContentCategory == ContentCategory.People;
        ItemWrite? write = ItemReader.ReadOrNull(body.Root, id, version, schema, isPeople, options, problems);
        if (write?.Content is { Type: ExternalItemContentType.Html } && connection.Connection.IsForCompliance)
        {
            problems.Rule("$.content.type", ItemRules.InvalidContent, "A connection that is enabled for compliance takes content of type text only.");
            return null;
        }

        return write;
    }

    /// <summary>U26: only that such a write is refused is known.</summary>
    private static GraphError NotReady(StoredConnection connection) => GraphErrors.Invalid(
        "{connection-id}",
        "ConnectionNotReady",
        $"The connection '{connection.Connection.Id}' is in state '{WireNames<ConnectionState>.Get(connection.State)}', which takes no items. Register a schema and wait for its operation to complete.");
}

/// <summary>What a write of an item takes besides the request. For the attributes see <see cref="SchemaServices"/>.</summary>
internal readonly record struct ItemServices(
    Caller Caller,
    [property: FromServices] ConnectionAccess Access,
    [property: FromServices] IItemStore Store,
    [property: FromServices] SchemaVersions Schemas,
    [property: FromServices] IndexCatalog Indexes,
    [property: FromServices] InFlightBytes InFlight,
    [property: FromServices] IOptions<ItemOptions> Options);
