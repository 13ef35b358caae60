using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>The actions by which clients resolve groups and ids at once.</summary>
internal static class MemberGroupsEndpoints
{
    private const int MaxIds = 1000;

    public static void MapMemberGroups(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder root = version.MapGroup("").RequireDirectory();
        foreach (string action in (string[])["getMemberGroups", "getMemberObjects"])
        {
            root.MapPost("/me/" + action, (HttpContext http, GraphRequest request) => AnswerAsync(http, request, MembershipEndpoints.FindMeAsync))
                .RequirePermission(GraphOperation.MyMembershipsRead);
            root.MapPost("/users/{id}/" + action, (HttpContext http, GraphRequest request) => AnswerAsync(http, request, MembershipEndpoints.FindUserAsync))
                .RequirePermission(GraphOperation.TransitiveMembershipsRead);
            root.MapPost("/groups/{id}/" + action, (HttpContext http, GraphRequest request) => AnswerAsync(http, request, MembershipEndpoints.FindGroupAsync))
                .RequirePermission(GraphOperation.DirectoryGroupMembersRead);
        }

        root.MapPost("/directoryObjects/getByIds", GetByIdsAsync)
            .RequirePermission(GraphOperation.DirectoryObjectsRead)
            .WithMetadata(new TakesQueryOptions(QueryOption.Select));
    }

    /// <summary>
    /// https://learn.microsoft.com/graph/api/directoryobject-getmembergroups,
    /// https://learn.microsoft.com/graph/api/directoryobject-getmemberobjects: there are no directory roles or administrative units here, so both answer the same.
    /// </summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> AnswerAsync(
        HttpContext http, GraphRequest request, Func<HttpContext, ValueTask<(string? Id, GraphError? Error)>> find)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        Problems problems = request.NewProblems();

        // All groups are security groups, so what it says makes no difference; but it must be a Boolean.
        GraphObject.Open(body.Root, "$", DirectoryTypes.GetMemberGroups, request.Version, problems)?.BooleanOrNull("securityEnabledOnly");
        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        (string? id, GraphError? error) = await find(http);
        if (id is null)
        {
            return new GraphErrorResult(error!);
        }

        var ids = new List<string>();
        var query = new DirectoryQuery<DirectoryGroup>(static _ => true, null, null, QueryOptions.MaxPageSize);
        do
        {
            DirectoryPage<DirectoryGroup>? page = await http.Directory().ListGroupsOfOrNullAsync(
                Caller.Of(http).TenantId, id, isTransitive: true, query, http.RequestAborted);
            if (page is null)
            {
                return new GraphErrorResult(GraphErrors.DirectoryObjectNotFound(id));
            }

            ids.AddRange(page.Entries.Select(group => group.Id));
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return GraphCollection.Of(request, "Collection(Edm.String)", null, null, ids, (writer, group) => writer.WriteStringValue(group));
    }

    /// <summary>
    /// https://learn.microsoft.com/graph/api/directoryobject-getbyids: users and groups, whole or what <c>$select</c> names, as scripts ask for; an id that names nobody
    /// is left out.
    /// </summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetByIdsAsync(HttpContext http, GraphRequest request)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, DirectoryKinds.Objects.Type, QueryOption.Select);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        Problems problems = request.NewProblems();
        GraphObject? parameters = GraphObject.Open(body.Root, "$", DirectoryTypes.GetByIds, request.Version, problems);
        IReadOnlyList<string> ids = parameters?.StringsOrNull("ids") ?? [];
        IReadOnlyList<string>? types = parameters?.StringsOrNull("types");
        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        if (ids.Count is 0 or > MaxIds)
        {
            return new GraphErrorResult(GraphErrors.InvalidDirectoryRequest($"The number of ids must be from 1 to {MaxIds}; there are {ids.Count}."));
        }

        if (ids.FirstOrDefault(id => !GuidText.TryRead(id, out _)) is { } wrong)
        {
            return new GraphErrorResult(GraphErrors.InvalidObjectId(wrong));
        }

        string[] wanted = [.. ids.Select(id => id.ToLowerInvariant()).Distinct()];
        IReadOnlyList<DirectoryMember> found = await http.Directory().FindObjectsAsync(Caller.Of(http).TenantId, wanted, http.RequestAborted);
        var rights = DirectoryRights.Of(Caller.Of(http));
        return GraphCollection.Of(
            request,
            "directoryObjects" + options.Select.Context,
            null,
            null,
            [.. found.Where(member => IsOfType(member, types))],
            (writer, member) => DirectoryKinds.Objects.Write(writer, member, request, rights, options.Select, context: null));
    }

    private static bool IsOfType(DirectoryMember member, IReadOnlyList<string>? types) =>
        types is null or [] || types.Contains("directoryObject", StringComparer.OrdinalIgnoreCase)
        || types.Contains(member.User is null ? "group" : "user", StringComparer.OrdinalIgnoreCase);
}
