using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Operations;

/// <summary><c>/external/connections/{id}/operations/{id}</c> (https://learn.microsoft.com/graph/api/externalconnectors-connectionoperation-get).</summary>
internal static class OperationEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder version) => version
        .MapGet("/external/connections/{connectionId}/operations/{operationId}", GetAsync)
        .RequirePermission(GraphOperation.OperationRead);

    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, Caller caller, ConnectionAccess access, IOperationStore operations, string connectionId, string operationId)
    {
        StoredConnection? connection = await access.FindOrNullAsync(caller, GraphOperation.OperationRead, connectionId, http.RequestAborted);
        if (connection is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        ConnectionOperation? operation = await operations.FindOrNullAsync(connection.Key, operationId, http.RequestAborted);
        return operation is not { Kind: OperationKind.ProvisionSchema }
            ? new GraphErrorResult(GraphErrors.NotFound("ConnectionOperation"))
            : GraphResult.Ok(writer => Write(writer, operation, request.Context($"external/connections('{connection.Connection.Id}')/operations/$entity")));
    }

    private static void Write(Utf8JsonWriter writer, ConnectionOperation operation, string? context)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        writer.WriteString("id", operation.Id);
        writer.WriteString("status", WireNames<ConnectionOperationStatus>.Get(operation.Status));
        if (operation is { Status: ConnectionOperationStatus.Failed, Error: { } error })
        {
            writer.WritePropertyName("error");
            error.Write(writer);
        }
        else
        {
            writer.WriteNull("error");
        }

        writer.WriteEndObject();
    }
}
