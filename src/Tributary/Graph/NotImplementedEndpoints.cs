using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>Paths of the real API that are not there yet, refused by name. docs/compatibility.md lists them.</summary>
internal static class NotImplementedEndpoints
{
    public static void MapNotImplemented(this IEndpointRouteBuilder endpoints, GraphVersion version)
    {
        const string Connection = "/external/connections/{connectionId}";
        endpoints.MapMethods("/external", ["GET", "PATCH"], () => Refusal("The path /external itself")).RequirePermission(GraphOperation.ConnectionsRead);
        endpoints.MapMethods($"{Connection}/operations", ["GET"], () => Refusal("Listing operations")).RequirePermission(GraphOperation.OperationRead);
        Count("/external/connections", GraphOperation.ConnectionsRead);
        Count($"{Connection}/operations", GraphOperation.OperationRead);
        Count($"{Connection}/items", GraphOperation.ItemsRead);
        Count($"{Connection}/groups", GraphOperation.GroupsRead);
        Count($"{Connection}/groups/{{groupId}}/members", GraphOperation.GroupsRead);
        endpoints.MapMethods($"{Connection}/groups", ["GET"], () => Refusal("Listing external groups")).RequirePermission(GraphOperation.GroupsRead);
        endpoints.MapMethods($"{Connection}/groups/{{groupId}}/members", ["GET"], () => Refusal("Listing members")).RequirePermission(GraphOperation.GroupsRead);
        Post("/copilot/retrieval", "Retrieval", GraphOperation.Search);
        endpoints.MapMethods("/$metadata", ["GET"], () => Refusal("The metadata document")).AllowAnonymousCaller();
        endpoints.MapMethods($"{Connection}/items", ["GET"], () => Refusal("Listing items")).RequirePermission(GraphOperation.ItemsRead);

        void Post(string path, string feature, GraphOperation operation) =>
            endpoints.MapMethods(path, ["POST"], () => Refusal(feature)).RequirePermission(operation);

        void Count(string collection, GraphOperation operation) =>
            endpoints.MapMethods($"{collection}/$count", ["GET"], () => Refusal("Counting by $count")).RequirePermission(operation);
    }

    private static GraphErrorResult Refusal(string feature) => new(GraphErrors.NotImplemented(feature));
}
