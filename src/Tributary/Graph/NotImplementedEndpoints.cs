using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>Paths of the real API that are not there yet, refused by name. docs/compatibility.md lists them.</summary>
internal static class NotImplementedEndpoints
{
    public static void MapNotImplemented(this IEndpointRouteBuilder endpoints, GraphVersion version)
    {
        const string Connection = "/external/connections/{connectionId}";
        Refuse("/external", "The path /external itself", GraphOperation.ConnectionsRead);
        if (version == GraphVersion.Beta)
        {
            Refuse($"{Connection}/quota", "The quota of a connection", GraphOperation.QuotaRead);
        }

        Refuse($"{Connection}/items/{{itemId}}/addActivities", "Activities of an item", GraphOperation.ItemsActivities);
        Refuse($"{Connection}/items/{{itemId}}/activities", "Activities of an item", GraphOperation.ItemsActivities);
        Refuse("/copilot/retrieval", "Retrieval", GraphOperation.Search);
        Refuse("/$batch", "JSON batching", GraphOperation.Search);
        endpoints.MapMethods($"{Connection}/items/{{itemId}}", ["PATCH"], () => Refusal("Updating an item by PATCH")).RequirePermission(GraphOperation.ItemsWrite);

        void Refuse(string path, string feature, GraphOperation operation) =>
            endpoints.MapMethods(path, ["GET", "POST", "PUT", "PATCH", "DELETE"], () => Refusal(feature)).RequirePermission(operation);
    }

    private static GraphErrorResult Refusal(string feature) => new(GraphErrors.NotImplemented(feature));
}
