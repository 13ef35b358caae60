using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>
/// The members of groups, and the groups of users and groups: direct ones and those through groups in groups. Each list is there whole, counted, cast to users or
/// groups (<c>/microsoft.graph.group</c>), and by the id of an object in it.
/// </summary>
internal static class MembershipEndpoints
{
    private const string Cast = "objectId";

    /// <summary>Finds what a list belongs to: its object id, or the error to answer.</summary>
    private delegate ValueTask<(string? Id, GraphError? Error)> FindOwner(HttpContext http);

    public static void MapMemberships(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder root = version.MapGroup("").RequireDirectory();
        foreach (bool isTransitive in (bool[])[false, true])
        {
            Map(root, "/groups/{id}", isTransitive ? "transitiveMembers" : "members", GraphOperation.DirectoryGroupMembersRead, Members(isTransitive), FindGroupAsync);
            string memberOf = isTransitive ? "transitiveMemberOf" : "memberOf";
            Map(root, "/groups/{id}", memberOf, GraphOperation.DirectoryGroupMembersRead, GroupsOf(isTransitive), FindGroupAsync);
            Map(root, "/users/{id}", memberOf, isTransitive ? GraphOperation.TransitiveMembershipsRead : GraphOperation.MembershipsRead, GroupsOf(isTransitive), FindUserAsync);
            Map(root, "/me", memberOf, GraphOperation.MyMembershipsRead, GroupsOf(isTransitive), FindMeAsync);
        }
    }

    /// <summary>The user that a path names, if the caller may know his groups.</summary>
    public static async ValueTask<(string? Id, GraphError? Error)> FindUserAsync(HttpContext http)
    {
        (DirectoryUser? user, GraphError? error) = await UserEndpoints.FindAsync(http);
        return (user?.Id, error);
    }

    public static async ValueTask<(string? Id, GraphError? Error)> FindMeAsync(HttpContext http)
    {
        (DirectoryUser? user, GraphError? error) = await UserEndpoints.FindMeAsync(http);
        return (user?.Id, error);
    }

    public static async ValueTask<(string? Id, GraphError? Error)> FindGroupAsync(HttpContext http)
    {
        (DirectoryGroup? group, GraphError? error) = await DirectoryGroupEndpoints.FindAsync(http);
        return (group?.Id, error);
    }

    private delegate ValueTask<DirectoryPage<DirectoryMember>?> ReadList(HttpContext http, string ownerId, DirectoryQuery<DirectoryMember> query);

    private static void Map(RouteGroupBuilder root, string owner, string name, GraphOperation operation, ReadList read, FindOwner find)
    {
        RouteGroupBuilder list = root.MapGroup($"{owner}/{name}");
        list.MapGet("", ListAsync).RequirePermission(operation);
        list.MapGet("/$count", CountAsync).RequirePermission(operation).WithMetadata(AnswersOtherThanJson.Instance);
        list.MapGet("/{objectId}", CastOrOneAsync).RequirePermission(operation);
        list.MapGet("/{objectId}/$count", CountCastAsync).RequirePermission(operation).WithMetadata(AnswersOtherThanJson.Instance);

        Task<Results<GraphResult, GraphErrorResult>> ListAsync(HttpContext http, GraphRequest request) =>
            AnswerAsync(http, request, DirectoryKinds.Objects, holds: null);

        Task<Results<GraphResult, GraphErrorResult>> CastOrOneAsync(HttpContext http, GraphRequest request)
        {
            string segment = http.Segment(Cast);
            return CastOrNull(segment) is var (kind, holds) ? AnswerAsync(http, request, kind, holds) : AnswerOneAsync(http, request, segment);
        }

        Task<Results<DocumentResult, GraphErrorResult>> CountAsync(HttpContext http, GraphRequest request) =>
            AnswerCountAsync(http, request, DirectoryKinds.Objects, holds: null);

        async Task<Results<DocumentResult, GraphErrorResult>> CountCastAsync(HttpContext http, GraphRequest request) =>
            CastOrNull(http.Segment(Cast)) is var (kind, holds)
                ? await AnswerCountAsync(http, request, kind, holds)
                : new GraphErrorResult(GraphErrors.UnknownSegment("$count"));

        async Task<Results<GraphResult, GraphErrorResult>> AnswerAsync(
            HttpContext http, GraphRequest request, IDirectoryKind<DirectoryMember> kind, Func<DirectoryMember, bool>? holds)
        {
            (string? id, GraphError? error) = await find(http);
            return id is null ? new GraphErrorResult(error!) : await ListOf(http, id, kind, holds).AnswerAsync(http, request);
        }

        async Task<Results<DocumentResult, GraphErrorResult>> AnswerCountAsync(
            HttpContext http, GraphRequest request, IDirectoryKind<DirectoryMember> kind, Func<DirectoryMember, bool>? holds)
        {
            (string? id, GraphError? error) = await find(http);
            return id is null ? new GraphErrorResult(error!) : await ListOf(http, id, kind, holds).AnswerCountAsync(http, request);
        }

        async Task<Results<GraphResult, GraphErrorResult>> AnswerOneAsync(HttpContext http, GraphRequest request, string objectId)
        {
            (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, DirectoryTypes.Object, QueryOption.Entity);
            if (options is null)
            {
                return new GraphErrorResult(error!);
            }

            if (!GuidText.TryRead(objectId, out Guid guid))
            {
                return new GraphErrorResult(GraphErrors.InvalidObjectId(objectId));
            }

            (string? id, error) = await find(http);
            if (id is null)
            {
                return new GraphErrorResult(error!);
            }

            string wanted = guid.ToString("D");
            var query = new DirectoryQuery<DirectoryMember>(member => member.Id == wanted, $"id eq '{wanted}'", null, QueryOptions.MaxPageSize);
            for (DirectoryPage<DirectoryMember>? page = await read(http, id, query); page is not null; page = await read(http, id, query with { After = page.Next }))
            {
                if (page.Entries.Count > 0)
                {
                    var rights = DirectoryRights.Of(Caller.Of(http));
                    string context = $"directoryObjects{options.Select.Context}/$entity";
                    return GraphResult.Ok(writer => DirectoryKinds.Objects.Write(writer, page.Entries[0], request, rights, options.Select, request.Context(context)));
                }

                if (page.Next is null)
                {
                    break;
                }
            }

            return new GraphErrorResult(GraphErrors.DirectoryObjectNotFound(objectId));
        }

        DirectoryList<DirectoryMember> ListOf(HttpContext http, string id, IDirectoryKind<DirectoryMember> kind, Func<DirectoryMember, bool>? holds) =>
            new(kind, $"{name}\n{id}\n{kind.Set}", query => read(http, id, query), id) { Holds = holds ?? (static _ => true) };
    }

    private static (IDirectoryKind<DirectoryMember> Kind, Func<DirectoryMember, bool> Holds)? CastOrNull(string segment)
    {
        const StringComparison Ignoring = StringComparison.OrdinalIgnoreCase;

        // The alias is what the SDKs of Kiota write.
        string name = segment.StartsWith(GraphType.Graph, Ignoring) ? segment[GraphType.Graph.Length..] : segment.StartsWith("graph.", Ignoring) ? segment["graph.".Length..] : "";
        return name.Equals("user", Ignoring) ? (DirectoryKinds.ObjectsThatAreUsers, DirectoryKinds.ObjectsThatAreUsers.Holds)
            : name.Equals("group", Ignoring) ? (DirectoryKinds.ObjectsThatAreGroups, DirectoryKinds.ObjectsThatAreGroups.Holds)
            : null;
    }

    /// <summary>https://learn.microsoft.com/graph/api/group-list-members, https://learn.microsoft.com/graph/api/group-list-transitivemembers</summary>
    private static ReadList Members(bool isTransitive) => (http, ownerId, query) =>
        http.Directory().ListMembersOrNullAsync(Caller.Of(http).TenantId, ownerId, isTransitive, query, http.RequestAborted);

    /// <summary>https://learn.microsoft.com/graph/api/user-list-memberof, https://learn.microsoft.com/graph/api/user-list-transitivememberof</summary>
    private static ReadList GroupsOf(bool isTransitive) => async (http, ownerId, query) =>
    {
        var ofGroups = new DirectoryQuery<DirectoryGroup>(group => query.Matches(new DirectoryMember(null, group)), query.Filter, query.After, query.Size);
        DirectoryPage<DirectoryGroup>? page = await http.Directory().ListGroupsOfOrNullAsync(
            Caller.Of(http).TenantId, ownerId, isTransitive, ofGroups, http.RequestAborted);
        return page is null ? null : new([.. page.Entries.Select(group => new DirectoryMember(null, group))], page.Next);
    };
}
