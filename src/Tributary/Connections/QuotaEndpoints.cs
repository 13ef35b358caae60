using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Items;

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
        if (QueryOptions.RefusalOrNull(http.Request.Query) is { } refusal)
        {
            return new GraphErrorResult(refusal);
        }

        StoredConnection connection = http.Connection();
        return GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            if (request.Context($"external/connections('{connection.Connection.Id}')/quota/$entity") is { } context)
            {
                writer.WriteString("@odata.context", context);
            }

            writer.WriteNumber("itemsRemaining", ConnectionQuota.ItemsRemaining(connection, limits.Value));
            writer.WriteEndObject();
        });
    }
}
