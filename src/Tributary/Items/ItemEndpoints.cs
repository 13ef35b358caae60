using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Graph;
using Tributary.Indexing;
using Tributary.Quirks;
using Tributary.Schemas;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Items;

/// <summary><c>/external/connections/{id}/items/{id}</c> (https://learn.microsoft.com/graph/api/resources/externalconnectors-externalitem).</summary>
internal static class ItemEndpoints
{
    public const string Source = "ExternalItem";

    public static void MapItems(this IEndpointRouteBuilder version)
    {
        version.MapPost("/external/connections/{connectionId}/items", Post).RequirePermission(GraphOperation.ItemsWrite);
        version.MapItemListing();
        RouteGroupBuilder items = version.MapGroup("/external/connections/{connectionId}/items").RequireConnection();
        items.MapPut("/{itemId}", PutAsync).RequirePermission(GraphOperation.ItemsWrite);
        items.MapPatch("/{itemId}", PatchAsync).RequirePermission(GraphOperation.ItemsWrite);
        items.MapGet("/{itemId}", GetAsync).RequirePermission(GraphOperation.ItemsRead);
        items.MapDelete("/{itemId}", DeleteAsync).RequirePermission(GraphOperation.ItemsWrite);
    }

    /// <summary>Generated clients offer it; creating needs PUT with the id in the path (O15).</summary>
    private static GraphErrorResult Post() => new(GraphErrors.UnsupportedVerb("Items are created by PUT with the item's id in the path."));

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-put-items</summary>
    private static Task<Results<GraphResult, GraphErrorResult>> PutAsync(
        HttpContext http, GraphRequest request, [AsParameters] ItemServices services, string itemId) => WriteAsync(http, request, services, itemId, isPatch: false);

    /// <summary>
    /// https://learn.microsoft.com/graph/api/externalconnectors-externalitem-update until July 2023, and what the generated clients of that time send: members that
    /// are left out stay, one that is sent replaces its old value whole (external-connectors 6.4).
    /// </summary>
    private static Task<Results<GraphResult, GraphErrorResult>> PatchAsync(
        HttpContext http, GraphRequest request, [AsParameters] ItemServices services, string itemId) => WriteAsync(http, request, services, itemId, isPatch: true);

    private static async Task<Results<GraphResult, GraphErrorResult>> WriteAsync(
        HttpContext http, GraphRequest request, ItemServices services, string itemId, bool isPatch)
    {
        ItemOptions options = services.Options.Value;
        using RequestBody body = await RequestBody.ReadAsync(http, (int)options.MaxBytes);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        // The rules are checked before the writer's turn and can be overtaken there: then they are checked again against what holds now.
        for (StoredConnection? connection = http.Connection(); connection is not null; connection = await http.ConnectionAgainOrNullAsync())
        {
            Schema? schema = connection.ActiveSchema == 0
                ? null
                : await services.Schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, http.RequestAborted);
            if (schema is null || connection.State is ConnectionState.Draft or ConnectionState.Obsolete)
            {
                return new GraphErrorResult(NotReady(connection));
            }

            var problems = request.NewProblems();
            ItemWrite? write = Read(body, itemId, request.Version, connection, schema, services, isPatch, problems);
            if (write is { Activities.Count: > 0 })
            {
                IReadOnlySet<string> unknown = await ActivityRules.FindUnknownUsersAsync(
                    write.Activities, connection.TenantId, services.Directories, http.RequestAborted);
                ActivityRules.RequireStorable(write.Activities, services.Time.GetUtcNow(), unknown, problems);
            }

            if (write is null || problems.Count > 0)
            {
                return new GraphErrorResult(GraphErrors.Invalid(problems));
            }

            await services.Indexes.WaitForRoomAsync(connection.Key, connection.LastChange, http.RequestAborted);
            PutItemResult result = await services.Store.PutAsync(
                connection.Key,
                new PutItem(write, connection.ActiveSchema, options.Limits, ItemExcerpt.OfOrNull(write.Content))
                {
                    ConnectionVersion = connection.Version,
                    IsPatch = isPatch,
                    SearchableFrom = services.Visibility.FirstSearchableOf(connection, write.Id),
                },
                http.RequestAborted);
            switch (result.Outcome)
            {
                case PutItemOutcome.Stored:
                    string? context = request.Context($"external/connections('{connection.Connection.Id}')/items/$entity");
                    Schema? int64s = request.Format.IsIeee754Compatible ? schema : null;
                    bool hasEmptyActivities = !isPatch && services.Quirks.IsOn(EmptyActivities.Quirk);
                    string? created = result.IsNew ? $"{request.Root}/external/connections/{connection.Connection.Id}/items/{result.Item!.Id}" : null;
                    return GraphResult.Put(writer => ItemJson.Write(writer, result.Item!, context, Selection.All, int64s, hasEmptyActivities), created);
                case PutItemOutcome.Incomplete:
                    ItemRules.RequireComplete(write, problems);
                    return new GraphErrorResult(GraphErrors.Invalid(problems));
                case PutItemOutcome.NotFound:
                    return new GraphErrorResult(GraphErrors.NotFound(Source));
                case PutItemOutcome.QuotaReached:
                    return new GraphErrorResult(GraphErrors.QuotaExceeded("connection", options.MaxPerConnection));
                case PutItemOutcome.TenantQuotaReached:
                    return new GraphErrorResult(GraphErrors.QuotaExceeded("tenant", options.MaxPerTenant));
                case PutItemOutcome.NotReady:
                    return new GraphErrorResult(NotReady(connection));
            }
        }

        return new GraphErrorResult(GraphErrors.NotFound("Connection"));
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalitem-get. A diagnostic aid: with content, without activities.</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, IItemStore store, SchemaVersions schemas, string itemId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, ItemReader.ItemType, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        ExternalItem? item = await store.FindOrNullAsync(connection.Key, itemId, http.RequestAborted);
        if (item is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound(Source));
        }

        Schema? int64s = await Int64sAsTextOrNullAsync(request, schemas, connection, http.RequestAborted);
        string? context = request.Context($"external/connections('{connection.Connection.Id}')/items{options.Select.Context}/$entity");
        return GraphResult.Ok(writer => ItemJson.Write(writer, item, context, options.Select, int64s));
    }

    /// <summary>The schema that tells which values are int64, where the client wants those as text.</summary>
    internal static async ValueTask<Schema?> Int64sAsTextOrNullAsync(
        GraphRequest request, SchemaVersions schemas, StoredConnection connection, CancellationToken cancellationToken) =>
        request.Format.IsIeee754Compatible ? await schemas.FindOrNullAsync(connection.Key, connection.ActiveSchema, cancellationToken) : null;

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalitem-delete</summary>
    private static async Task<Results<EmptyResult, GraphErrorResult>> DeleteAsync(HttpContext http, IItemStore store, string itemId)
    {
        StoredConnection connection = http.Connection();
        return await store.DeleteAsync(connection.Key, itemId, http.RequestAborted) switch
        {
            DeleteItemOutcome.Deleted => EmptyResult.NoContent,
            DeleteItemOutcome.NotFound => new GraphErrorResult(GraphErrors.NotFound(Source)),
            DeleteItemOutcome.NotReady => new GraphErrorResult(NotReady(connection)),
            _ => new GraphErrorResult(GraphErrors.NotFound("Connection")),
        };
    }

    private static ItemWrite? Read(
        RequestBody body,
        string itemId,
        GraphVersion version,
        StoredConnection connection,
        Schema schema,
        ItemServices services,
        bool isPatch,
        Problems problems)
    {
        ItemOptions options = services.Options.Value;
        if (ItemRules.ReadIdOrNull(itemId, options, problems) is not { } id)
        {
            return null;
        }

        bool isPeople = connection.Connection.ContentCategory == ContentCategory.People;
        if (ItemReader.ReadOrNull(body.Root, id, version, schema, isPeople, options, problems) is not { } write)
        {
            return null;
        }

        if (write.Content is { Type: ExternalItemContentType.Html } && connection.Connection.IsForCompliance)
        {
            problems.Rule("$.content.type", ItemRules.InvalidContent, "A connection that is enabled for compliance takes content of type text only.");
        }

        if (!isPatch && !options.PutKeepsOmitted)
        {
            ItemRules.RequireComplete(write, problems);
        }

        return write;
    }

    /// <summary>U26: only that such a write is refused is known.</summary>
    public static GraphError NotReady(StoredConnection connection) => GraphErrors.Invalid(
        "{connection-id}",
        "ConnectionNotReady",
        $"The connection '{connection.Connection.Id}' is in state '{WireNames<ConnectionState>.Get(connection.State)}', which takes no items. Register a schema and wait for its operation to complete.");
}

/// <summary>What a write of an item takes besides the request. For the attributes see <see cref="SchemaServices"/>.</summary>
internal readonly record struct ItemServices(
    [property: FromServices] IItemStore Store,
    [property: FromServices] SchemaVersions Schemas,
    [property: FromServices] IndexCatalog Indexes,
    [property: FromServices] TenantDirectories Directories,
    [property: FromServices] TimeProvider Time,
    [property: FromServices] IOptions<ItemOptions> Options,
    [property: FromServices] ItemVisibility Visibility,
    [property: FromServices] QuirkSet Quirks);
