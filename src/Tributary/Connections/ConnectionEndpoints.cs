using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Operations;
using Tributary.Quirks;

namespace Tributary.Connections;

/// <summary>
/// <c>/external/connections</c>
/// (https://learn.microsoft.com/graph/api/resources/externalconnectors-externalconnection).
/// </summary>
internal static class ConnectionEndpoints
{
    private const string Source = "Connection";

    public static void MapConnections(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder connections = version.MapGroup("/external/connections");
        connections.MapPost("", CreateAsync).RequirePermission(GraphOperation.ConnectionsWrite);
        connections.MapGet("", ListAsync).RequirePermission(GraphOperation.ConnectionsRead);
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
                    writer => ConnectionJson.Write(writer, AsCreated(caller.TenantId, connection!), request.Version, request.Context("external/connections/$entity"), isWhole: false),
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
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, ShownItemCounts counts)
    {
        if (QueryOptions.RefusalOrNull(http.Request.Query) is { } refusal)
        {
            return new GraphErrorResult(refusal);
        }

        IReadOnlyList<StoredConnection> connections = await access.ListAsync(caller, GraphOperation.ConnectionsRead, http.RequestAborted);
        return GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            if (request.Context("external/connections") is { } context)
            {
                writer.WriteString("@odata.context", context);
            }

            writer.WriteStartArray("value");
            foreach (StoredConnection connection in connections)
            {
                ConnectionJson.Write(writer, counts.Apply(connection), request.Version, context: null, isWhole: true);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-get</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, ShownItemCounts counts, string connectionId)
    {
        if (QueryOptions.RefusalOrNull(http.Request.Query) is { } refusal)
        {
            return new GraphErrorResult(refusal);
        }

        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.ConnectionsRead, connectionId, http.RequestAborted);
        return connection is null
            ? new GraphErrorResult(GraphErrors.NotFound(Source))
            : GraphResult.Ok(writer => ConnectionJson.Write(writer, counts.Apply(connection), request.Version, request.Context("external/connections/$entity"), isWhole: true));
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-update</summary>
    private static async Task<Results<EmptyResult, GraphErrorResult>> UpdateAsync(
        HttpContext http,
        GraphRequest request,
        Caller caller,
        ConnectionAccess access,
        IConnectionStore store,
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
            if (RefusalOrNull(reader, quirks) is { } refusal)
            {
                return new GraphErrorResult(refusal);
            }

            switch (await store.UpdateAsync(current.Key, current.Version, updated!, http.RequestAborted))
            {
                case UpdateConnectionOutcome.Updated:
                    return reader.LayoutProblems.Count > 0 ? new GraphErrorResult(BrokenLayout503.Answer) : EmptyResult.NoContent;
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

    private static StoredConnection AsCreated(string tenantId, ExternalConnection connection) =>
        new(default, tenantId, connection, ConnectionState.Draft, false, 1, 0, 0, 0, 0);
}
