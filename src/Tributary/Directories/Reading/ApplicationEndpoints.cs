using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>
/// <c>/servicePrincipals</c> and <c>/applications</c> (https://learn.microsoft.com/graph/api/resources/serviceprincipal,
/// https://learn.microsoft.com/graph/api/resources/application), to be read only.
/// </summary>
internal static class ApplicationEndpoints
{
    /// <summary>So that a filter does not make more work than a page.</summary>
    private const int MaxAppIds = 100;

    private static readonly GraphError Unbounded = GraphErrors.NotImplemented("A list of applications that $filter does not bound by appId");

    public static void MapApplications(this IEndpointRouteBuilder version)
    {
        Map(version, DirectoryKinds.ServicePrincipals, GraphOperation.ServicePrincipalsRead, FindByServicePrincipalIdAsync);
        Map(version, DirectoryKinds.Applications, GraphOperation.ApplicationsRead, FindByRegistrationIdAsync);
    }

    private static void Map(
        IEndpointRouteBuilder version,
        DirectoryKind<ServicePrincipal> kind,
        GraphOperation operation,
        Func<HttpContext, string, ValueTask<(ServicePrincipal? Found, GraphError? Error)>> findById)
    {
        RouteGroupBuilder root = version.MapGroup("/" + kind.Set).RequireDirectory().RequirePermission(operation);
        root.MapGet("", async Task<Results<GraphResult, GraphErrorResult>> (HttpContext http, GraphRequest request) =>
        {
            (DirectoryList<ServicePrincipal>? list, GraphError? error) = await ListAsync(http, request, kind);
            return list is null ? new GraphErrorResult(error!) : await list.AnswerAsync(http, request);
        });
        root.MapGet("/$count", async Task<Results<DocumentResult, GraphErrorResult>> (HttpContext http, GraphRequest request) =>
        {
            (DirectoryList<ServicePrincipal>? list, GraphError? error) = await ListAsync(http, request, kind);
            return list is null ? new GraphErrorResult(error!) : await list.AnswerCountAsync(http, request);
        }).WithMetadata(AnswersOtherThanJson.Instance);
        root.MapGet("/{id}", (HttpContext http, GraphRequest request) => GetAsync(http, request, kind, findById));
    }

    /// <summary>https://learn.microsoft.com/graph/api/serviceprincipal-list, https://learn.microsoft.com/graph/api/application-list</summary>
    private static async ValueTask<(DirectoryList<ServicePrincipal>? List, GraphError? Error)> ListAsync(
        HttpContext http, GraphRequest request, DirectoryKind<ServicePrincipal> kind)
    {
        const QueryOption Any = QueryOption.Listing | QueryOption.Filter | QueryOption.OrderBy;
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, kind.Type, Any);
        if (options is null)
        {
            return (null, error);
        }

        if (ApplicationFilter.AppIdsOrNull(options.Filter) is not { } appIds)
        {
            return (null, Unbounded);
        }

        if (appIds.Count > MaxAppIds)
        {
            return (null, GraphErrors.UnsupportedFilter($"It names {appIds.Count} application ids; at most {MaxAppIds} are supported."));
        }

        var found = new List<ServicePrincipal>();
        foreach (string appId in appIds)
        {
            if (await FindByAppIdOrNullAsync(http, appId) is { } application)
            {
                found.Add(application);
            }
        }

        return (new(kind, kind.Set, query => ValueTask.FromResult<DirectoryPage<ServicePrincipal>?>(DirectoryPages.Of(found, query, kind.IdOf))), null);
    }

    /// <summary>https://learn.microsoft.com/graph/api/serviceprincipal-get, https://learn.microsoft.com/graph/api/application-get</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(
        HttpContext http,
        GraphRequest request,
        DirectoryKind<ServicePrincipal> kind,
        Func<HttpContext, string, ValueTask<(ServicePrincipal? Found, GraphError? Error)>> findById)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, kind.Type, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        string key = http.Segment("id");
        bool isAppId = key.StartsWith(GraphPaths.AppKey, StringComparison.OrdinalIgnoreCase);
        string id = isAppId ? key[GraphPaths.AppKey.Length..].Trim('\'') : key;
        if (!GuidText.TryRead(id, out Guid guid))
        {
            return new GraphErrorResult(GraphErrors.InvalidObjectId(id));
        }

        ServicePrincipal? found;
        if (isAppId)
        {
            found = await FindByAppIdOrNullAsync(http, guid.ToString("D"));
        }
        else
        {
            (found, error) = await findById(http, guid.ToString("D"));
            if (error is not null)
            {
                return new GraphErrorResult(error);
            }
        }

        return found is null
            ? new GraphErrorResult(GraphErrors.DirectoryObjectNotFound(id))
            : GraphResult.Ok(writer => kind.Write(
                writer, found, request, DirectoryRights.Of(Caller.Of(http)), options.Select, request.Context($"{kind.Set}{options.Select.Context}/$entity")));
    }

    private static async ValueTask<ServicePrincipal?> FindByAppIdOrNullAsync(HttpContext http, string appId)
    {
        string tenantId = Caller.Of(http).TenantId;
        DirectoryApplication? known = await http.Directory().FindApplicationOrNullAsync(tenantId, appId, http.RequestAborted);
        return appId == AuthOptions.GraphAppId ? ServicePrincipal.OfGraph(tenantId, known)
            : known is null ? null
            : ServicePrincipal.Of(tenantId, known);
    }

    private static async ValueTask<(ServicePrincipal? Found, GraphError? Error)> FindByServicePrincipalIdAsync(HttpContext http, string id)
    {
        string tenantId = Caller.Of(http).TenantId;
        if (await FindByAppIdOrNullAsync(http, AuthOptions.GraphAppId) is { } graph && graph.Application.Id == id)
        {
            return (graph, null);
        }

        DirectoryApplication? known = await http.Directory().FindServicePrincipalOrNullAsync(tenantId, id, http.RequestAborted);
        return (known is null ? null : ServicePrincipal.Of(tenantId, known), null);
    }

    private static ValueTask<(ServicePrincipal? Found, GraphError? Error)> FindByRegistrationIdAsync(HttpContext http, string id) =>
        ValueTask.FromResult<(ServicePrincipal?, GraphError?)>((null, GraphErrors.NotImplemented("An application by its object id (by appId it is there)")));
}
