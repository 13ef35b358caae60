using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Metadata;

namespace Tributary.Connections;

/// <summary>
/// <c>/external/connections/{id}/quota</c>, of beta only (https://learn.microsoft.com/graph/api/externalconnectors-connectionquota-get?view=graph-rest-beta).
/// </summary>
internal static class QuotaEndpoints
{
    public static void MapQuota(this IEndpointRouteBuilder beta) => beta.MapGroup("/external/connections/{connectionId}/quota").RequireConnection()
        .MapGet("", Get)
        .RequirePermission(GraphOperation.QuotaRead);

    private static Results<GraphResult, GraphErrorResult> Get(HttpContext http, GraphRequest request, IOptions<ItemOptions> limits)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GraphModel.ConnectionQuota, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        return GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            if (request.Context($"external/connections('{connection.Connection.Id}')/quota{options.Select.Context}/$entity") is { } context)
            {
                writer.WriteString("@odata.context", context);
            }

            if (options.Select.Has("itemsRemaining"))
            {
                request.Format.WriteInt64(writer, "itemsRemaining", ConnectionQuota.ItemsRemaining(connection, limits.Value));
            }

            writer.WriteEndObject();
        });
    }
}
