using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>
/// Verbs that generated clients offer because the metadata allows them, and that no page documents (external-connectors 1). The service answers those that
/// anybody has tried with a bare 404, and so do all of them here; the reason inside says what to do instead.
/// </summary>
internal static class UndocumentedEndpoints
{
    public static void MapUndocumented(this IEndpointRouteBuilder version)
    {
        const string Connection = "/external/connections/{connectionId}";
        const string Activities = "Activities are only ever added, by POST to addActivities of the item.";
        Map($"{Connection}/operations", ["POST"], GraphOperation.SchemaWrite, "Operations come into being by PATCH of the schema.");
        Map($"{Connection}/operations/{{operationId}}", ["PATCH", "DELETE"], GraphOperation.SchemaWrite, "An operation can only be read.");
        Map($"{Connection}/groups/{{groupId}}/members/{{memberId}}", ["PATCH"], GraphOperation.GroupsWrite, "A member is removed and added again.");
        Map($"{Connection}/items/{{itemId}}/activities", ["GET", "POST"], GraphOperation.ItemsActivities, Activities);
        Map($"{Connection}/items/{{itemId}}/activities/{{activityId}}", ["GET", "PATCH", "DELETE"], GraphOperation.ItemsActivities, Activities);
        Map($"{Connection}/items/{{itemId}}/activities/{{activityId}}/performedBy", ["GET"], GraphOperation.ItemsActivities, Activities);

        void Map(string path, string[] methods, GraphOperation operation, string reason) =>
            version.MapMethods(path, methods, () => new GraphErrorResult(GraphErrors.UnsupportedVerb(reason))).RequirePermission(operation);
    }
}
