using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary><c>/groups</c> (https://learn.microsoft.com/graph/api/resources/group), to be read only; their members see <see cref="MembershipEndpoints"/>.</summary>
internal static class DirectoryGroupEndpoints
{
    public static void MapDirectoryGroups(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder groups = version.MapGroup("/groups").RequireDirectory();
        groups.MapGet("", (HttpContext http, GraphRequest request) => List(http).AnswerAsync(http, request)).RequirePermission(GraphOperation.DirectoryGroupsRead);
        groups.MapGet("/$count", (HttpContext http, GraphRequest request) => List(http).AnswerCountAsync(http, request))
            .RequirePermission(GraphOperation.DirectoryGroupsRead).WithMetadata(AnswersOtherThanJson.Instance);
        groups.MapGet("/{id}", GetAsync).RequirePermission(GraphOperation.DirectoryGroupsRead);
    }

    /// <summary>The group that a path names by its object id, or an error.</summary>
    public static async ValueTask<(DirectoryGroup? Group, GraphError? Error)> FindAsync(HttpContext http)
    {
        string id = http.Segment("id");
        if (!GuidText.TryRead(id, out Guid objectId))
        {
            return (null, GraphErrors.InvalidObjectId(id));
        }

        return await http.Directory().FindGroupOrNullAsync(Caller.Of(http).TenantId, objectId.ToString("D"), http.RequestAborted) is { } group
            ? (group, null)
            : (null, GraphErrors.DirectoryObjectNotFound(id));
    }

    /// <summary>https://learn.microsoft.com/graph/api/group-list</summary>
    private static DirectoryList<DirectoryGroup> List(HttpContext http)
    {
        IDirectory directory = http.Directory();
        string tenantId = Caller.Of(http).TenantId;
        return new(DirectoryKinds.Groups, "groups", async query => await directory.ListGroupsAsync(tenantId, query, http.RequestAborted));
    }

    /// <summary>https://learn.microsoft.com/graph/api/group-get</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(HttpContext http, GraphRequest request)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, DirectoryTypes.Group, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        (DirectoryGroup? group, error) = await FindAsync(http);
        return group is null
            ? new GraphErrorResult(error!)
            : GraphResult.Ok(writer => DirectoryKinds.Groups.Write(
                writer, group, request, DirectoryRights.Of(Caller.Of(http)), options.Select, request.Context($"groups{options.Select.Context}/$entity")));
    }
}
