using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>
/// Lists of groups and members, and a single member: the metadata and generated clients have them, no page does (external-connectors 8.8). An addition with a
/// switch, <see cref="GroupOptions.AllowListing"/>.
/// </summary>
internal static class GroupListing
{
    private static readonly GraphError Refusal = GraphErrors.SwitchedOff("Listing external groups and their members", "--Groups:AllowListing=true");

    public static void MapGroupListing(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder groups = version.MapGroup("/external/connections/{connectionId}/groups")
            .RequireSwitch<GroupOptions>(options => options.AllowListing, Refusal)
            .RequireConnection();
        groups.MapGet("", ListAsync).RequirePermission(GraphOperation.GroupsRead);
        groups.MapGet("/$count", CountAsync).RequirePermission(GraphOperation.GroupsRead).WithMetadata(AnswersOtherThanJson.Instance);
        groups.MapGet("/{groupId}/members", ListMembersAsync).RequirePermission(GraphOperation.GroupsRead);
        groups.MapGet("/{groupId}/members/$count", CountMembersAsync).RequirePermission(GraphOperation.GroupsRead).WithMetadata(AnswersOtherThanJson.Instance);
        groups.MapGet("/{groupId}/members/{memberId}", GetMemberAsync).RequirePermission(GraphOperation.GroupsRead);
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> ListAsync(HttpContext http, GraphRequest request, IGroupStore store, SkipTokens tokens)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GroupTypes.ExternalGroup, QueryOption.Listing);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        if (Page.ReadOrNull(http, tokens, options, $"groups\n{connection.TenantId}\n{connection.Key}", keys: 1) is not { } page)
        {
            return new GraphErrorResult(GraphErrors.InvalidSkipToken);
        }

        (IReadOnlyList<ExternalGroup> shown, string? nextLink) = await page.ReadAsync(
            request, (after, max) => store.ListAsync(connection.Key, after, max, http.RequestAborted), group => group.Id);
        return GraphCollection.Of(
            request,
            $"external/connections('{connection.Connection.Id}')/groups{options.Select.Context}",
            options.Count && page.IsFirst ? await store.CountAsync(connection.Key, http.RequestAborted) : null,
            nextLink,
            shown,
            (writer, group) => GroupEndpoints.Write(writer, group, context: null, options.Select));
    }

    private static async Task<Results<DocumentResult, GraphErrorResult>> CountAsync(HttpContext http, GraphRequest request, IGroupStore store)
    {
        if (QueryOptions.Read(http.Request, request.Version, GroupTypes.ExternalGroup, QueryOption.None).Error is { } error)
        {
            return new GraphErrorResult(error);
        }

        StoredConnection connection = http.Connection();
        return DocumentResult.Count(await store.CountAsync(connection.Key, http.RequestAborted));
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> ListMembersAsync(
        HttpContext http, GraphRequest request, IGroupStore store, SkipTokens tokens, string groupId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GroupTypes.Identity, QueryOption.Listing);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        if (await store.CountMembersOrNullAsync(connection.Key, groupId, http.RequestAborted) is not { } count)
        {
            return new GraphErrorResult(GraphErrors.NotFound(GroupEndpoints.GroupSource));
        }

        if (Page.ReadOrNull(http, tokens, options, $"members\n{connection.TenantId}\n{connection.Key}\n{groupId}", keys: 1) is not { } page)
        {
            return new GraphErrorResult(GraphErrors.InvalidSkipToken);
        }

        (IReadOnlyList<Identity> shown, string? nextLink) = await page.ReadAsync(
            request,
            async (after, max) => await store.ListMembersOrNullAsync(connection.Key, groupId, after, max, http.RequestAborted) ?? [],
            member => member.Id);
        return GraphCollection.Of(
            request,
            $"external/connections('{connection.Connection.Id}')/groups('{groupId}')/members{options.Select.Context}",
            options.Count && page.IsFirst ? count : null,
            nextLink,
            shown,
            (writer, member) => GroupEndpoints.Write(writer, member, context: null, options.Select));
    }

    private static async Task<Results<DocumentResult, GraphErrorResult>> CountMembersAsync(
        HttpContext http, GraphRequest request, IGroupStore store, string groupId)
    {
        if (QueryOptions.Read(http.Request, request.Version, GroupTypes.Identity, QueryOption.None).Error is { } error)
        {
            return new GraphErrorResult(error);
        }

        StoredConnection connection = http.Connection();
        return await store.CountMembersOrNullAsync(connection.Key, groupId, http.RequestAborted) is { } count
            ? DocumentResult.Count(count)
            : new GraphErrorResult(GraphErrors.NotFound(GroupEndpoints.GroupSource));
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> GetMemberAsync(
        HttpContext http, GraphRequest request, IGroupStore store, string groupId, string memberId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GroupTypes.Identity, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        if (await store.FindMemberOrNullAsync(connection.Key, groupId, memberId, http.RequestAborted) is { } member)
        {
            string root = $"external/connections('{connection.Connection.Id}')/groups('{groupId}')/members";
            return GraphResult.Ok(writer => GroupEndpoints.Write(
                writer, member, request.Context($"{root}{options.Select.Context}/$entity"), options.Select));
        }

        bool isGroup = await store.FindOrNullAsync(connection.Key, groupId, http.RequestAborted) is not null;
        return new GraphErrorResult(GraphErrors.NotFound(isGroup ? GroupEndpoints.MemberSource : GroupEndpoints.GroupSource));
    }
}
