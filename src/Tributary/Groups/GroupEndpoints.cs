using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Groups;

/// <summary>
/// <c>/external/connections/{id}/groups</c> and their members (https://learn.microsoft.com/graph/api/resources/externalconnectors-externalgroup). Groups are
/// not in the state table of connections, so they can be written in <c>draft</c> too (U39).
/// </summary>
internal static class GroupEndpoints
{
    internal const string GroupSource = "ExternalGroup";
    internal const string MemberSource = "Identity";

    public static void MapGroups(this IEndpointRouteBuilder version)
    {
        version.MapGroupListing();
        RouteGroupBuilder groups = version.MapGroup("/external/connections/{connectionId}/groups").RequireConnection();
        groups.MapPost("", CreateAsync).RequirePermission(GraphOperation.GroupsWrite);
        groups.MapGet("/{groupId}", GetAsync).RequirePermission(GraphOperation.GroupsRead);
        groups.MapPatch("/{groupId}", UpdateAsync).RequirePermission(GraphOperation.GroupsWrite);
        groups.MapDelete("/{groupId}", DeleteAsync).RequirePermission(GraphOperation.GroupsWrite);
        groups.MapPost("/{groupId}/members", AddMemberAsync).RequirePermission(GraphOperation.GroupsWrite);
        groups.MapDelete("/{groupId}/members/{memberId}", RemoveMemberAsync).RequirePermission(GraphOperation.GroupsWrite);

        // The earliest page had this ending (8.7).
        groups.MapDelete("/{groupId}/members/{memberId}/$ref", RemoveMemberAsync).RequirePermission(GraphOperation.GroupsWrite);
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-post-groups</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> CreateAsync(
        HttpContext http, GraphRequest request, IGroupStore store, IOptions<GroupOptions> options)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        if (await http.ConnectionAgainOrNullAsync() is not { } connection)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        var problems = request.NewProblems();
        ExternalGroup? group = GroupRules.ReadCreate(body.Root, request.Version, problems);
        if (group is null)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        string root = $"external/connections('{connection.Connection.Id}')/groups";
        return await store.CreateAsync(connection.Key, group, options.Value.MaxPerTenant, http.RequestAborted) switch
        {
            CreateGroupOutcome.Created => GraphResult.Created(
                writer => Write(writer, group, request.Context($"{root}/$entity"), Selection.All),
                $"{request.Root}/external/connections/{connection.Connection.Id}/groups/{group.Id}"),
            CreateGroupOutcome.IdTaken => new GraphErrorResult(GraphErrors.NameAlreadyExists($"The connection has a group '{group.Id}'. ($.id)")),
            CreateGroupOutcome.LimitReached => new GraphErrorResult(
                GraphErrors.Invalid("$", "GroupQuotaExceeded", $"The tenant has {options.Value.MaxPerTenant} external groups, which is the limit.")),
            _ => new GraphErrorResult(GraphErrors.NotFound("Connection")),
        };
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalgroup-get</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http, GraphRequest request, IGroupStore store, string groupId)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, GroupTypes.ExternalGroup, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        StoredConnection connection = http.Connection();
        ExternalGroup? group = await store.FindOrNullAsync(connection.Key, groupId, http.RequestAborted);
        return group is null
            ? new GraphErrorResult(GraphErrors.NotFound(GroupSource))
            : GraphResult.Ok(writer => Write(
                writer, group, request.Context($"external/connections('{connection.Connection.Id}')/groups{options.Select.Context}/$entity"), options.Select));
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalgroup-update</summary>
    private static async Task<Results<EmptyResult, GraphResult, GraphErrorResult>> UpdateAsync(
        HttpContext http, GraphRequest request, IGroupStore store, string groupId)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        if (await http.ConnectionAgainOrNullAsync() is not { } connection)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        var problems = request.NewProblems();
        if (GroupRules.ReadUpdate(body.Root, groupId, request.Version, problems) is not { } update)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        if (!await store.UpdateAsync(connection.Key, groupId, update, http.RequestAborted))
        {
            return new GraphErrorResult(GraphErrors.NotFound(GroupSource));
        }

        return Preferences.WantsRepresentation(http.Request) && await store.FindOrNullAsync(connection.Key, groupId, http.RequestAborted) is { } group
            ? GraphResult.Written(writer => Write(writer, group, request.Context($"external/connections('{connection.Connection.Id}')/groups/$entity"), Selection.All))
            : EmptyResult.Written;
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalgroup-delete</summary>
    private static async Task<Results<EmptyResult, GraphErrorResult>> DeleteAsync(
        HttpContext http, IGroupStore store, string groupId)
    {
        StoredConnection connection = http.Connection();
        return await store.DeleteAsync(connection.Key, groupId, http.RequestAborted)
            ? EmptyResult.NoContent
            : new GraphErrorResult(GraphErrors.NotFound(GroupSource));
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalgroup-post-members</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> AddMemberAsync(
        HttpContext http, GraphRequest request, IGroupStore store, IOptions<GroupOptions> options, string groupId)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        if (await http.ConnectionAgainOrNullAsync() is not { } connection)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        var problems = request.NewProblems();
        Identity? member = IdentityRules.ReadOrNull(body.Root, "$", request.Version, problems, out bool hasSource);
        if (member is null)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        string root = $"external/connections('{connection.Connection.Id}')/groups('{groupId}')/members";
        return await store.AddMemberAsync(connection.Key, groupId, member, options.Value.MaxMembers, http.RequestAborted) switch
        {
            AddMemberOutcome.Added => GraphResult.Created(
                writer => Write(writer, member, request.Context($"{root}/$entity"), Selection.All, hasSource),
                $"{request.Root}/external/connections/{connection.Connection.Id}/groups/{groupId}/members/{member.Id}"),
            AddMemberOutcome.AlreadyMember => new GraphErrorResult(
                GraphErrors.NameAlreadyExists($"The group '{groupId}' has the member '{member.Id}'. ($.id)")),
            AddMemberOutcome.LimitReached => new GraphErrorResult(
                GraphErrors.Invalid("$", "MemberQuotaExceeded", $"The group has {options.Value.MaxMembers} members, which is the limit.")),
            AddMemberOutcome.NoSuchGroup => new GraphErrorResult(GraphErrors.NotFound(GroupSource)),
            _ => new GraphErrorResult(GraphErrors.NotFound("Connection")),
        };
    }

    /// <summary>https://learn.microsoft.com/graph/api/externalconnectors-externalgroupmember-delete</summary>
    private static async Task<Results<EmptyResult, GraphErrorResult>> RemoveMemberAsync(
        HttpContext http, IGroupStore store, string groupId, string memberId)
    {
        StoredConnection connection = http.Connection();
        return await store.RemoveMemberAsync(connection.Key, groupId, memberId, http.RequestAborted) switch
        {
            RemoveMemberOutcome.Removed => EmptyResult.NoContent,
            RemoveMemberOutcome.NoSuchMember => new GraphErrorResult(GraphErrors.NotFound(MemberSource)),
            _ => new GraphErrorResult(GraphErrors.NotFound(GroupSource)),
        };
    }

    internal static void Write(Utf8JsonWriter writer, ExternalGroup group, string? context, Selection selection)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        writer.WriteString("id", group.Id);
        if (selection.Has("displayName"))
        {
            writer.WriteString("displayName", group.DisplayName);
        }

        if (selection.Has("description"))
        {
            writer.WriteString("description", group.Description);
        }

        writer.WriteEndObject();
    }

    /// <summary>
    /// With <paramref name="hasSource"/> as an older client of beta sent it, which hears <c>identitySource</c> back, and its external group as a group of that
    /// source. No reader is told so (external-connectors 8.1).
    /// </summary>
    internal static void Write(Utf8JsonWriter writer, Identity member, string? context, Selection selection, bool hasSource = false)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        bool isExternal = member.Type == IdentityType.ExternalGroup;
        writer.WriteString("id", member.Id);
        if (selection.Has("type"))
        {
            writer.WriteString("type", WireNames<IdentityType>.Get(hasSource && isExternal ? IdentityType.Group : member.Type));
        }

        if (hasSource)
        {
            writer.WriteString("identitySource", isExternal ? "external" : "azureActiveDirectory");
        }

        writer.WriteEndObject();
    }
}
