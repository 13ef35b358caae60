using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Indexing;
using Tributary.Metadata;

namespace Tributary.Operations;

/// <summary><c>/external/connections/{id}/operations/{id}</c> (https://learn.microsoft.com/graph/api/externalconnectors-connectionoperation-get).</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder operations = version.MapGroup("/external/connections/{connectionId}/operations");
        operations.MapGet("/{operationId}", GetAsync).RequirePermission(GraphOperation.OperationRead);

        // No page documents these; the metadata and the generated clients have them.
        operations.MapGet("", ListAsync).RequirePermission(GraphOperation.OperationRead);
        operations.MapGet("/$count", CountAsync).RequirePermission(GraphOperation.OperationRead).WithMetadata(AnswersOtherThanJson.Instance);
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http,
        GraphRequest request,
        Caller caller,
        ConnectionAccess access,
        IOperationStore operations,
        IndexCatalog indexes,
        string connectionId,
        string operationId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GraphModel.ConnectionOperation, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.OperationRead, connectionId, http.RequestAborted);
        if (connection is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        ConnectionOperation? operation = await operations.FindOrNullAsync(connection.Key, operationId, http.RequestAborted);
        return operation is not { Kind: OperationKind.ProvisionSchema }
            ? new GraphErrorResult(GraphErrors.NotFound("ConnectionOperation"))
            : GraphResult.Ok(writer => Write(
                writer,
                operation,
                request.Context($"external/connections('{connection.Connection.Id}')/operations{options.Select.Context}/$entity"),
                options.Select,
                operation.Status == ConnectionOperationStatus.Inprogress ? PercentOrNull(connection, indexes) : null));
    }

    /// <summary>
    /// How far the index is that a schema update waits for; null when it waits for none. Less than 100, as the operation is not complete.
    /// </summary>
    private static int? PercentOrNull(StoredConnection connection, IndexCatalog indexes) =>
        indexes.ReindexedOrNull(connection.Key) is { } items ? (int)Math.Min(99, 100 * items / Math.Max(1, connection.ItemCount)) : null;

    private static async Task<Results<GraphResult, GraphErrorResult>> ListAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, IOperationStore operations, SkipTokens tokens, string connectionId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GraphModel.ConnectionOperation, QueryOption.Listing);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.OperationRead, connectionId, http.RequestAborted);
        if (connection is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        if (Page.ReadOrNull(http, tokens, options, $"operations\n{caller.TenantId}\n{connection.Key}", keys: 1) is not { } page)
        {
            return new GraphErrorResult(GraphErrors.InvalidSkipToken);
        }

        (IReadOnlyList<ConnectionOperation> shown, string? nextLink) = await page.ReadAsync(
            request, (after, max) => operations.ListAsync(connection.Key, after, max, http.RequestAborted), operation => operation.Id);
        return GraphCollection.Of(
            request,
            $"external/connections('{connection.Connection.Id}')/operations{options.Select.Context}",
            options.Count && page.IsFirst ? await operations.CountAsync(connection.Key, http.RequestAborted) : null,
            nextLink,
            shown,
            (writer, operation) => Write(writer, operation, context: null, options.Select));
    }

    private static async Task<Results<DocumentResult, GraphErrorResult>> CountAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, IOperationStore operations, string connectionId)
    {
        if (QueryOptions.Read(http.Request, request.Version, GraphModel.ConnectionOperation, QueryOption.None).Error is { } error)
        {
            return new GraphErrorResult(error);
        }

        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.OperationRead, connectionId, http.RequestAborted);
        return connection is null
            ? new GraphErrorResult(GraphErrors.NotFound("Connection"))
            : DocumentResult.Count(await operations.CountAsync(connection.Key, http.RequestAborted));
    }

    private static void Write(Utf8JsonWriter writer, ConnectionOperation operation, string? context, Selection selection, int? percent = null)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);

            // An annotation, which clients pass over that do not know it: the type has no member for it.
            if (percent is { } complete)
            {
                writer.WriteNumber("@tributary.percentComplete", complete);
            }
        }

        writer.WriteString("id", operation.Id);
        if (selection.Has("status"))
        {
            writer.WriteString("status", WireNames<ConnectionOperationStatus>.Get(operation.Status));
        }

        if (selection.Has("error") && operation is { Status: ConnectionOperationStatus.Failed, Error: { } error })
        {
            writer.WritePropertyName("error");
            error.Write(writer);
        }
        else if (selection.Has("error"))
        {
            writer.WriteNull("error");
        }

        writer.WriteEndObject();
    }
}
