using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Storage;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Transfer;

/// <summary><c>POST /tributary/tenants/{tenantId}/connections/{connectionId}/export</c>: the operator reads a connection with everything in it; see docs/export-import.md.</summary>
internal static class ExportEndpoints
{
    private static readonly string Product =
        typeof(ExportEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void MapExport(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/tributary/tenants/{tenantId}/connections/{connectionId}/export", ExportAsync).RequireOperator();

    /// <summary>Without a body an export begins; an <see cref="ExportContinuation"/> goes on with one.</summary>
    private static async Task<Results<ExportStream, GraphErrorResult>> ExportAsync(
        HttpContext http, string tenantId, string connectionId, [AsParameters] ExportServices services, CancellationToken cancellationToken)
    {
        ExportContinuation? continuation = null;
        if (http.Request.ContentType is not null || http.Request.ContentLength > 0)
        {
            using RequestBody body = await RequestBody.ReadAsync(http);
            if (body.Error is not null)
            {
                return new GraphErrorResult(body.Error);
            }

            try
            {
                continuation = body.Root.Deserialize(TransferJson.Default.ExportContinuation);
            }
            catch (JsonException exception)
            {
                return new GraphErrorResult(GraphErrors.Invalid("$", "InvalidContinuation", exception.Message));
            }
        }

        if (await services.Connections.FindOrNullAsync(tenantId, connectionId, cancellationToken) is not { IsDeleting: false } connection)
        {
            return NotFound();
        }

        DateTimeOffset now = services.Time.GetUtcNow();
        if (continuation is not null)
        {
            if (!await services.Store.RenewAsync(connection.Key, continuation.Next, now + ExportStream.Lease, cancellationToken))
            {
                return new GraphErrorResult(GraphErrors.Invalid(
                    "$.next.export", "ExportExpired", "The export is over, or was not heard of for too long, so that what changed since is gone. Begin anew."));
            }

            return new ExportStream(services.Store, connection.Key, null, continuation.Next, continuation.End, services.Time, services.Lifetime.ApplicationStopping);
        }

        string id = Guid.NewGuid().ToString("N");
        if (await services.Store.BeginOrNullAsync(connection.Key, id, now + ExportStream.Lease, cancellationToken) is not { } beginning)
        {
            return NotFound();
        }

        services.Logger.LogExport(connection.Key.Value, id);
        StoreIdentity store = services.Database.Identity;
        var header = new ExportHeader(
            ExportHeader.CurrentFormat,
            Product,
            store.Id,
            store.Epoch,
            id,
            now,
            tenantId,
            connection.Connection.Id,
            connection.Connection.Name,
            beginning.Items,
            beginning.Groups);
        return new ExportStream(services.Store, connection.Key, header, beginning.Point, previous: null, services.Time, services.Lifetime.ApplicationStopping);
    }

    private static GraphErrorResult NotFound() => new(GraphErrors.NotFound("Connection"));
}

/// <summary>For the attributes see <see cref="Schemas.SchemaServices"/>.</summary>
internal readonly record struct ExportServices(
    [property: FromServices] IConnectionStore Connections,
    [property: FromServices] IExportStore Store,
    [property: FromServices] ISqlDatabase Database,
    [property: FromServices] IHostApplicationLifetime Lifetime,
    [property: FromServices] TimeProvider Time,
    [property: FromServices] ILogger<ExportStream> Logger);
