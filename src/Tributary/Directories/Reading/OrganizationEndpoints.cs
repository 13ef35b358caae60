using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary><c>/organization</c> (https://learn.microsoft.com/graph/api/resources/organization): the caller's tenant, as a list of one.</summary>
internal static class OrganizationEndpoints
{
    public static void MapOrganization(this IEndpointRouteBuilder version)
    {
        RouteGroupBuilder root = version.MapGroup("/organization").RequireDirectory().RequirePermission(GraphOperation.OrganizationRead);
        root.MapGet("", (HttpContext http, GraphRequest request) => List(http).AnswerAsync(http, request));
        root.MapGet("/$count", (HttpContext http, GraphRequest request) => List(http).AnswerCountAsync(http, request))
            .WithMetadata(AnswersOtherThanJson.Instance);
        root.MapGet("/{id}", GetAsync);
    }

    /// <summary>https://learn.microsoft.com/graph/api/organization-list</summary>
    private static DirectoryList<DirectoryOrganization> List(HttpContext http)
    {
        IDirectory directory = http.Directory();
        string tenantId = Caller.Of(http).TenantId;
        return new(DirectoryKinds.Organizations, "organization", async query =>
            DirectoryPages.Of([await directory.GetOrganizationAsync(tenantId, http.RequestAborted)], query, organization => organization.TenantId));
    }

    /// <summary>https://learn.microsoft.com/graph/api/organization-get</summary>
    private static async Task<Results<GraphResult, GraphErrorResult>> GetAsync(HttpContext http, GraphRequest request)
    {
        (QueryOptions? options, GraphError? error) = QueryOptions.Read(http.Request, request.Version, DirectoryTypes.Organization, QueryOption.Entity);
        if (options is null)
        {
            return new GraphErrorResult(error!);
        }

        var caller = Caller.Of(http);
        string id = http.Segment("id");
        if (!id.Equals(caller.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            return new GraphErrorResult(GraphErrors.DirectoryObjectNotFound(id));
        }

        DirectoryOrganization organization = await http.Directory().GetOrganizationAsync(caller.TenantId, http.RequestAborted);
        return GraphResult.Ok(writer => DirectoryKinds.Organizations.Write(
            writer, organization, request, DirectoryRights.Of(caller), options.Select, request.Context($"organization{options.Select.Context}/$entity")));
    }
}
