using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary><c>/me</c> and <c>/users</c> (https://learn.microsoft.com/graph/api/resources/user), to be read only.</summary>
internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder root = version.MapGroup("").RequireDirectory();
        root.MapGet("/me", GetMeAsync).RequirePermission(GraphOperation.MeRead);
        root.MapGet("/users", (HttpContext http, GraphRequest request) => List(http).AnswerAsync(http, request)).RequirePermission(GraphOperation.UsersRead);
        root.MapGet("/users/$count", (HttpContext http, GraphRequest request) => List(http).AnswerCountAsync(http, request))
            .RequirePermission(GraphOperation.UsersRead).WithMetadata(AnswersOtherThanJson.Instance);
        root.MapGet("/users/{id}", GetAsync).RequirePermission(GraphOperation.UserRead);
    }

    /// <summary>
    /// The user that a path names, by object id or user principal name; an error when there is none, or when the caller may know of nobody but himself. Who that is
    /// stays untold: the answer is the same whether there is such a user or not.
    /// </summary>
    public static async ValueTask<(DirectoryUser? User, GraphError? Error)> FindAsync(HttpContext http)
    {
        var caller = Caller.Of(http);
        GraphPermission others = GraphOperations.AcceptedForOthers(AccessRules.OperationOf(http), caller.IsDelegated);
        string id = http.Segment("id");
        DirectoryUser? user = await http.Directory().FindUserOrNullAsync(caller.TenantId, id, http.RequestAborted);
        if ((caller.Held & others) == GraphPermission.None && (user is null || user.Id != caller.UserId))
        {
            return (null, GraphErrors.InsufficientPrivileges(
                $"With User.Read alone a user sees himself only; {string.Join(" or ", GraphPermissions.Names(others))} is needed."));
        }

        return user is null ? (null, GraphErrors.DirectoryObjectNotFound(id)) : (user, null);
    }

    /// <summary>The signed-in user as the directory has it.</summary>
    public static async ValueTask<(DirectoryUser? User, GraphError? Error)> FindMeAsync(HttpContext http)
    {
        var caller = Caller.Of(http);
        return await http.Directory().FindUserOrNullAsync(caller.TenantId, caller.UserId!, http.RequestAborted) is { } user
            ? (user, null)
            : (null, GraphErrors.DirectoryObjectNotFound(caller.UserId!));
    }

    /// <summary>https://learn.microsoft.com/graph/api/user-list</summary>
    private static DirectoryList<DirectoryUser> List(HttpContext http)
    {
        IDirectory directory = http.Directory();
        string tenantId = Caller.Of(http).TenantId;
        return new(DirectoryKinds.Users, "users", async query => await directory.ListUsersAsync(tenantId, query, http.RequestAborted));
    }

    /// <summary>https://learn.microsoft.com/graph/api/user-get</summary>
    private static Task<Results<GraphResult, GraphErrorResult>> GetMeAsync(HttpContext http, GraphRequest request) =>
        AnswerAsync(http, request, FindMeAsync);

    /// <summary>https://learn.microsoft.com/graph/api/user-get</summary>
    private static Task<Results<GraphResult, GraphErrorResult>> GetAsync(HttpContext http, GraphRequest request) =>
        AnswerAsync(http, request, FindAsync);

    private static async Task<Results<GraphResult, GraphErrorResult>> AnswerAsync(
        HttpContext http, GraphRequest request, Func<HttpContext, ValueTask<(DirectoryUser? User, GraphError? Error)>> find)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, DirectoryTypes.User, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        (DirectoryUser? user, error) = await find(http);
        if (user is null)
        {
            return new GraphErrorResult(error!);
        }

        var caller = Caller.Of(http);
        bool isOwn = user.Id == caller.UserId && (caller.Held & GraphPermission.UserRead) != GraphPermission.None;
        DirectoryRights rights = isOwn ? DirectoryRights.Own : DirectoryRights.Of(caller);
        return GraphResult.Ok(writer =>
            DirectoryKinds.Users.Write(writer, user, request, rights, options.Select, request.Context($"users{options.Select.Context}/$entity")));
    }
}
