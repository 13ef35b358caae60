using Tributary.Auth;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Directories.Scim;

/// <summary>
/// <c>/tributary/scim/v2/{tenant}</c>: an identity provider keeps the tenant's users and groups here up to date (RFC 7643, 7644). docs/directory.md shows how to
/// set one up. Not part of Graph, so no <c>$batch</c> leads here.
/// </summary>
internal static class ScimEndpoints
{
    private static readonly string[] Searches = ["/.search", "/Users/.search", "/Groups/.search"];

    public static void MapScim(this IEndpointRouteBuilder endpoints)
    {
        // One rule for all of it, discovery included: a tenant's provisioner has its secret at the first call.
        RouteGroupBuilder scim = endpoints.MapGroup(ScimResult.Root + "/{tenantId}");
        scim.RequireScimSecret();

        scim.MapGet("/Users", (HttpContext http, [FromServices] ScimResources resources) => resources.ListAsync(http, ScimResourceType.User));
        scim.MapPost("/Users", (HttpContext http, [FromServices] ScimResources resources) => resources.CreateAsync(http, ScimResourceType.User));
        scim.MapGet("/Users/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.GetAsync(http, ScimResourceType.User, id));
        scim.MapPut("/Users/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.ReplaceAsync(http, ScimResourceType.User, id));
        scim.MapPatch("/Users/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.PatchAsync(http, ScimResourceType.User, id));
        scim.MapDelete("/Users/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.DeleteAsync(http, ScimResourceType.User, id));

        scim.MapGet("/Groups", (HttpContext http, [FromServices] ScimResources resources) => resources.ListAsync(http, ScimResourceType.Group));
        scim.MapPost("/Groups", (HttpContext http, [FromServices] ScimResources resources) => resources.CreateAsync(http, ScimResourceType.Group));
        scim.MapGet("/Groups/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.GetAsync(http, ScimResourceType.Group, id));
        scim.MapPut("/Groups/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.ReplaceAsync(http, ScimResourceType.Group, id));
        scim.MapPatch("/Groups/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.PatchAsync(http, ScimResourceType.Group, id));
        scim.MapDelete("/Groups/{id}", (HttpContext http, [FromServices] ScimResources resources, string id) => resources.DeleteAsync(http, ScimResourceType.Group, id));

        scim.MapScimDiscovery();

        scim.MapPost("/Bulk", () => ScimResult.Of(ScimErrors.NotImplemented("Bulk")));
        scim.MapMethods("/Me", ["GET", "POST", "PUT", "PATCH", "DELETE"], () => ScimResult.Of(ScimErrors.NotImplemented("Me: a bearer secret is nobody in particular, and it")));
        scim.MapGet("", () => ScimResult.Of(ScimErrors.NotImplemented("A query of users and groups together")));
        foreach (string search in Searches)
        {
            scim.MapPost(search, () => ScimResult.Of(ScimErrors.NotImplemented("A query by POST")));
        }
    }
}
