using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Operations;
using Tributary.Quirks;
using Tributary.Schemas;

namespace Tributary.Connections;

/// <summary>
/// <c>/external/connections</c>
/// (https://learn.microsoft.com/graph/api/resources/externalconnectors-externalconnection).
/// </summary>
internal static class ConnectionEndpoints
{
    private const string Source = "Connection";

    /// <summary>The relationship that can be expanded.</summary>
    private const string Schema = "schema";

    public static void MapConnections(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder connections = version.MapGroup("/external/connections");
        connections.MapPost("", CreateAsync).RequirePermission(GraphOperation.ConnectionsWrite);
        connections.MapGet("", ListAsync).RequirePermission(GraphOperation.ConnectionsRead);
        connections.MapGet("/$count", CountAsync).RequirePermission(GraphOperation.ConnectionsRead).WithMetadata(AnswersOtherThanJson.Instance);
        connections.MapGet("/{connectionId}", GetAsync).RequirePermission(GraphOperation.ConnectionsRead);
        connections.MapPatch("/{connectionId}", UpdateAsync).RequirePermission(GraphOperation.ConnectionsWrite);
        connections.MapDelete("/{connectionId}", DeleteAsync).RequirePermission(GraphOperation.ConnectionsWrite);
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-external-post-connections</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> CreateAsync(
        HttpContext http, GraphRequest request, Caller caller, IConnectionStore store, IOptions<ConnectionOptions> options, QuirkSet quirks)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var reader = new ConnectionReader(request.Version, caller.AppId, options.Value) { Problems = request.NewProblems() };
        ExternalConnection? connection = reader.ReadCreate(body.Root);
        if (RefusalOrNull(reader, quirks) is { } refusal)
        {
            return new GraphErrorResult(refusal);
        }

        CreateConnectionOutcome outcome = await store.CreateAsync(caller.TenantId, connection!, options.Value.MaxPerTenant, http.RequestAborted);
        if (outcome == CreateConnectionOutcome.Created)
        {
            return reader.LayoutProblems.Count > 0
                ? new GraphErrorResult(BrokenLayout503.Answer)
                : GraphResult.Created(
                    writer => ConnectionJson.Write(writer, AsCreated(caller.TenantId, connection!), request, request.Context("external/connections/$entity"), isWhole: false),
                    $"{request.Root}/external/connections/{connection!.Id}");
        }

        return new GraphErrorResult(outcome switch
        {
            CreateConnectionOutcome.IdTaken => GraphErrors.NameAlreadyExists($"$.id: The id '{connection!.Id}' is taken, or the deletion of its connection still runs."),
            CreateConnectionOutcome.NameTaken => GraphErrors.NameAlreadyExists($"$.name: The name '{connection!.Name}' is taken, or the deletion of its connection still runs."),
            _ => GraphErrors.Invalid("$", "ConnectionQuotaExceeded", $"The tenant has {options.Value.MaxPerTenant} connections, which is the limit."),
        });
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-external-list-connections</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> ListAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, SchemaVersions schemas, ShownItemCounts counts, SkipTokens tokens)
    {
        const QueryOption Supported = QueryOption.Listing | QueryOption.Filter | QueryOption.OrderBy | QueryOption.Skip;
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, ConnectionTypes.ExternalConnection, Supported, Schema);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        (Func<StoredConnection, bool>? matches, error) = ConnectionFilter.Read(options.Filter);
        if (matches is null)
        {
            return new GraphErrorResult(error!);
        }

        (ConnectionOrder? order, error) = ConnectionOrder.Read(options.OrderBy);
        if (order is null)
        {
            return new GraphErrorResult(error!);
        }

        string scope = string.Join('\n', "connections", caller.TenantId, options.TextOrNull("filter"), options.TextOrNull("orderby"));
        if (Page.ReadOrNull(http, tokens, options, scope, order.Count) is not { } page)
        {
            return new GraphErrorResult(GraphErrors.InvalidSkipToken);
        }

        // A tenant has few enough connections to be sorted here; a page is cut from them by place, never by number.
        IReadOnlyList<StoredConnection> all = await access.ListAsync(caller, GraphOperation.ConnectionsRead, http.RequestAborted);
        List<StoredConnection> found = [.. all.Where(matches).Select(counts.Apply).Order(order)];
        List<StoredConnection> rest = page.After is { } place
            ? [.. found.Where(connection => order.IsAfter(connection, place))]
            : [.. found.Skip((int)Math.Min(options.Skip, int.MaxValue))];
        List<ShownConnection> shown = [];
        foreach (StoredConnection connection in rest.Take(page.Size))
        {
            shown.Add(await ShowAsync(http, request, schemas, options.Select, connection));
        }

        return GraphCollection.Of(
            request,
            "external/connections" + options.Select.Context,
            options.Count && page.IsFirst ? found.Count : null,
            rest.Count > page.Size && page.Size > 0 ? page.NextLink(request, order.PlaceOf(rest[page.Size - 1])) : null,
            shown,
            (writer, connection) => ConnectionJson.Write(writer, connection, request, context: null, isWhole: true));
    }

    /// <summary>How many there are for this caller, as text.</summary>
    private static async Task<Results<DocumentResult, GraphErrorResult>> CountAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(
            http.Request, request.Version, ConnectionTypes.ExternalConnection, QueryOption.Filter);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        (Func<StoredConnection, bool>? matches, error) = ConnectionFilter.Read(options.Filter);
        return matches is null
            ? new GraphErrorResult(error!)
            : DocumentResult.Count((await access.ListAsync(caller, GraphOperation.ConnectionsRead, http.RequestAborted)).Count(matches));
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-get</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, SchemaVersions schemas, ShownItemCounts counts, string connectionId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(
            http.Request, request.Version, ConnectionTypes.ExternalConnection, QueryOption.Entity, Schema);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        if (await access.FindOrNullAsync(caller, GraphOperation.ConnectionsRead, connectionId, http.RequestAborted) is not { } connection)
        {
            return new GraphErrorResult(GraphErrors.NotFound(Source));
        }

        ShownConnection shown = await ShowAsync(http, request, schemas, options.Select, counts.Apply(connection));
        string? context = request.Context($"external/connections{options.Select.Context}/$entity");
        return GraphResult.Ok(writer => ConnectionJson.Write(writer, shown, request, context, isWhole: true));
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-update</summary>
    private static async Task<Results<EmptyResult, GraphResult, GraphErrorResult>> UpdateAsync(
        HttpContext http,
        GraphRequest request,
        Caller caller,
        ConnectionAccess access,
        IConnectionStore store,
        SchemaVersions schemas,
        ShownItemCounts counts,
        IOptions<ConnectionOptions> options,
        QuirkSet quirks,
        string connectionId)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        // Another update may come between reading and writing; then its result is what this one starts from.
        while (true)
        {
            StoredConnection? current = await access.FindOrNullAsync(caller, GraphOperation.ConnectionsWrite, connectionId, http.RequestAborted);
            if (current is null)
            {
                return new GraphErrorResult(GraphErrors.NotFound(Source));
            }

            if (current.IsDeleting)
            {
                return new GraphErrorResult(BeingDeleted(connectionId));
            }

            if (current.State == ConnectionState.Obsolete)
            {
                return new GraphErrorResult(GraphErrors.Invalid("{connection-id}", "ConnectionObsolete", "An obsolete connection can only be read and deleted."));
            }

            var reader = new ConnectionReader(request.Version, caller.AppId, options.Value) { Problems = request.NewProblems() };
            ExternalConnection? updated = reader.ReadUpdate(body.Root, current.Connection);
            if (updated is { ContentCategory: ContentCategory.People } && current is { Connection.ContentCategory: not ContentCategory.People, AcceptedSchema: > 0 }
                && await schemas.FindOrNullAsync(current.Key, current.AcceptedSchema, http.RequestAborted) is { } schema
                && SchemaRules.ReasonNotForPeopleOrNull(schema) is { } reason)
            {
                reader.Problems.Rule("$.contentCategory", "SchemaNotForPeople", reason);
            }

            if (RefusalOrNull(reader, quirks) is { } refusal)
            {
                return new GraphErrorResult(refusal);
            }

            switch (await store.UpdateAsync(caller.TenantId, current.Key, current.Version, updated!, http.RequestAborted))
            {
                case UpdateConnectionOutcome.Updated:
                    if (reader.LayoutProblems.Count > 0)
                    {
                        return new GraphErrorResult(BrokenLayout503.Answer);
                    }

                    return Preferences.WantsRepresentation(http.Request)
                        && await access.FindOrNullAsync(caller, GraphOperation.ConnectionsWrite, connectionId, http.RequestAborted) is { } written
                            ? GraphResult.Written(writer => ConnectionJson.Write(
                                writer,
                                new ShownConnection(counts.Apply(written), Selection.All, null),
                                request,
                                request.Context("external/connections/$entity"),
                                isWhole: true))
                            : EmptyResult.Written;
                case UpdateConnectionOutcome.NameTaken:
                    return new GraphErrorResult(GraphErrors.NameAlreadyExists($"$.name: The name '{updated!.Name}' is taken."));
            }
        }
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-delete</summary>
    private static async Task<Results<EmptyResult, GraphErrorResult>> DeleteAsync(
        HttpContext http,
        Caller caller,
        ConnectionAccess access,
        IOperationStore operations,
        IOptions<ConnectionOptions> options,
        TimeProvider time,
        string connectionId)
    {
        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.ConnectionsWrite, connectionId, http.RequestAborted);
        if (connection is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound(Source));
        }

        return await operations.BeginDeletionAsync(
            connection.Key, ConnectionOperation.NewId(), time.GetUtcNow() + options.Value.DeletionDelay, http.RequestAborted) switch
        {
            BeginDeletionOutcome.Begun => EmptyResult.Accepted(),
            BeginDeletionOutcome.AlreadyDeleting => new GraphErrorResult(BeingDeleted(connectionId)),
            _ => new GraphErrorResult(GraphErrors.NotFound(Source)),
        };
    }

    private static GraphError BeingDeleted(string id) => GraphErrors.OperationInProgress($"The deletion of connection '{id}' is under way.");

    /// <summary>Broken layouts alone do not refuse the request while the quirk is on.</summary>
    private static GraphError? RefusalOrNull(ConnectionReader reader, QuirkSet quirks) =>
        reader.Problems.Count > 0 || (reader.LayoutProblems.Count > 0 && !quirks.IsOn(BrokenLayout503.Quirk))
            ? GraphErrors.Invalid(reader.AllProblems)
            : null;

    /// <summary>With the schema where it is expanded; one of a connection that goes away is not to be seen any more.</summary>
    private static async ValueTask<ShownConnection> ShowAsync(
        HttpContext http, GraphRequest request, SchemaVersions schemas, Selection selection, StoredConnection connection)
    {
        if (!selection.Expands(Schema))
        {
            return new ShownConnection(connection, selection, null);
        }

        if (request.IncludeUnknownEnumMembers)
        {
            Preferences.Applied(http.Response, Preferences.IncludeUnknownEnumMembers);
        }

        Schema? schema = connection.IsDeleting || connection.AcceptedSchema == 0
            ? null
            : await schemas.FindOrNullAsync(connection.Key, connection.AcceptedSchema, http.RequestAborted);
        return new ShownConnection(connection, selection, schema);
    }

    private static ShownConnection AsCreated(string tenantId, ExternalConnection connection) =>
        new(new StoredConnection(default, tenantId, connection, ConnectionState.Draft, false, 1, 0, 0, 0, 0), Selection.All, null);
}
