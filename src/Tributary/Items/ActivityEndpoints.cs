using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Graph;
using Tributary.Indexing;

namespace Tributary.Items;

/// <summary>The activities of an item. Only appending is documented; for the other paths see <see cref="UndocumentedEndpoints"/>.</summary>
internal static class ActivityEndpoints
{
    private const string Context = "Collection(microsoft.graph.externalConnectors.externalActivityResult)";

    public static void MapActivities(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder item = version.MapGroup("/external/connections/{connectionId}/items/{itemId}").RequireConnection();
        item.MapPost("/addActivities", AddAsync).RequirePermission(GraphOperation.ItemsActivities);
    }

    /// <summary>
    /// https://learn.microsoft.com/graph/api/externalconnectors-externalitem-addactivities: 200 when all were processed, 207 when some were not, which their
    /// <c>error</c> tells.
    /// </summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> AddAsync(
        HttpContext http,
        GraphRequest request,
        IActivityStore store,
        TenantDirectories directories,
        IndexCatalog indexes,
        TimeProvider time,
        IOptions<ItemOptions> options,
        string itemId)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var problems = request.NewProblems();
        if (ActivityRules.ReadActionOrNull(body.Root, request.Version, problems) is not { } activities)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        if (await http.ConnectionAgainOrNullAsync() is not { } connection)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        DateTimeOffset now = time.GetUtcNow();
        IReadOnlySet<string> unknown = await ActivityRules.FindUnknownUsersAsync(activities, connection.TenantId, directories, http.RequestAborted);
        string?[] reasons = [.. activities.Select(activity => ActivityRules.ReasonNotToStore(activity, now, unknown))];
        ExternalActivity[] storable = [.. activities.Where((_, i) => reasons[i] is null)];
        await indexes.WaitForRoomAsync(connection.Key, connection.LastChange, http.RequestAborted);
        return await store.AddAsync(connection.Key, itemId, storable, options.Value.MaxActivities, http.RequestAborted) switch
        {
            AddActivitiesOutcome.Added => new GraphResult(
                storable.Length == activities.Count ? StatusCodes.Status200OK : StatusCodes.Status207MultiStatus,
                writer => Write(writer, activities, reasons, request.Context(Context))),
            AddActivitiesOutcome.NotFound => new GraphErrorResult(GraphErrors.NotFound(ItemEndpoints.Source)),
            AddActivitiesOutcome.NotReady => new GraphErrorResult(ItemEndpoints.NotReady(connection)),
            _ => new GraphErrorResult(GraphErrors.NotFound("Connection")),
        };
    }

    /// <summary>An <c>externalActivityResult</c> for each, in the order sent; <c>performedBy</c> is a navigation property and not shown.</summary>
    private static void Write(Utf8JsonWriter writer, IReadOnlyList<ExternalActivity> activities, string?[] reasons, string? context)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        writer.WriteStartArray("value");
        for (int i = 0; i < activities.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("@odata.type", "#microsoft.graph.externalConnectors.externalActivityResult");
            writer.WriteString("type", WireNames<ExternalActivityType>.Get(activities[i].Type));
            writer.WriteString("startDateTime", activities[i].StartDateTime.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
            if (reasons[i] is { } reason)
            {
                writer.WriteStartObject("error");
                writer.WriteString("code", "InvalidRequest");
                writer.WriteString("message", reason);
                writer.WriteEndObject();
            }
            else
            {
                writer.WriteNull("error");
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
