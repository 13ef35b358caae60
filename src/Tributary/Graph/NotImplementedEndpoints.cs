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
        Refuse("/copilot/retrieval", "Retrieval", GraphOperation.Search);
        Refuse("/$batch", "JSON batching", GraphOperation.Search);
        endpoints.MapMethods("/$metadata", ["GET"], () => Refusal("The metadata document")).AllowAnonymousCaller();
        endpoints.MapMethods($"{Connection}/items", ["GET"], () => Refusal("Listing items")).RequirePermission(GraphOperation.ItemsRead);

        void Refuse(string path, string feature, GraphOperation operation) =>
            endpoints.MapMethods(path, ["GET", "POST", "PUT", "PATCH", "DELETE"], () => Refusal(feature)).RequirePermission(operation);
    }

    private static GraphErrorResult Refusal(string feature) => new(GraphErrors.NotImplemented(feature));
}
