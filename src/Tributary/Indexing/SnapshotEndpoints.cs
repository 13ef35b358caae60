using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Indexing;

/// <summary><c>/tributary/index/snapshot</c>: the operator has this node copy its indexes to where new nodes take them from. docs/operations.md tells more.</summary>
internal static class SnapshotEndpoints
{
    private const int RetryAfterSeconds = 10;

    public static void MapSnapshots(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder snapshots = endpoints.MapGroup("/tributary/index/snapshot");
        snapshots.RequireOperator();
        snapshots.MapPost("", TakeAsync);
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> TakeAsync(
        [FromServices] SnapshotWorker worker, [FromServices] IndexSnapshots snapshots, CancellationToken cancellationToken)
    {
        if (!snapshots.IsEnabled)
        {
            return new GraphErrorResult(GraphErrors.SwitchedOff("Copying indexes", "--Indexing:SnapshotDirectory=DIR"));
        }

        try
        {
            IReadOnlyList<(string Tenant, string Id, IndexSnapshot Snapshot)> taken = await worker.TakeAllAsync(cancellationToken);
            return GraphResult.Ok(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("value");
                foreach ((string tenant, string id, IndexSnapshot snapshot) in taken)
                {
                    writer.WriteStartObject();
                    writer.WriteString("tenantId", tenant);
                    writer.WriteString("connectionId", id);
                    writer.WriteNumber("change", snapshot.Change);
                    writer.WriteNumber("bytes", snapshot.Bytes);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return new GraphErrorResult(GraphErrors.Unavailable($"The indexes could not all be copied: {exception.Message}", RetryAfterSeconds));
        }
    }
}
