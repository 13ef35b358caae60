using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>Paths of the real API that are not there yet, refused by name. docs/compatibility.md lists them.</summary>
internal static class NotImplementedEndpoints
{
    public static void MapNotImplemented(this IEndpointRouteBuilder endpoints, GraphVersion version)
    {
        const string Connection = "/external/connections/{connectionId}";
        Refuse("/external", "The path /external itself", GraphOperation.ConnectionsRead);
        Refuse($"{Connection}/operations", "Listing operations", GraphOperation.OperationRead);
        endpoints.MapMethods($"{Connection}/groups", ["GET"], () => Refusal("Listing external groups")).RequirePermission(GraphOperation.GroupsRead);
        endpoints.MapMethods($"{Connection}/groups/{{groupId}}/members", ["GET"], () => Refusal("Listing members")).RequirePermission(GraphOperation.GroupsRead);
        if (version == GraphVersion.Beta)
        {
            Refuse($"{Connection}/quota", "The quota of a connection", GraphOperation.QuotaRead);
        }

        Refuse($"{Connection}/items/{{itemId}}/addActivities", "Activities of an item", GraphOperation.ItemsActivities);
        Refuse($"{Connection}/items/{{itemId}}/activities", "Activities of an item", GraphOperation.ItemsActivities);
        Refuse("/copilot/retrieval", "Retrieval", GraphOperation.Search);
        endpoints.MapMethods("/$metadata", ["GET"], () => Refusal("The metadata document")).AllowAnonymousCaller();
        endpoints.MapMethods($"{Connection}/items", ["GET"], () => Refusal("Listing items")).RequirePermission(GraphOperation.ItemsRead);
        endpoints.MapMethods($"{Connection}/items/{{itemId}}", ["PATCH"], () => Refusal("Updating an item by PATCH")).RequirePermission(GraphOperation.ItemsWrite);

        void Refuse(string path, string feature, GraphOperation operation) =>
            endpoints.MapMethods(path, ["GET", "POST", "PUT", "PATCH", "DELETE"], () => Refusal(feature)).RequirePermission(operation);
    }

    private static GraphErrorResult Refusal(string feature) => new(GraphErrors.NotImplemented(feature));
}
