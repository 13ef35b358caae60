using Tributary.Auth;

namespace Tributary.Graph;

/// <summary>Paths of the real API that are not there yet, refused by name. docs/compatibility.md lists them.</summary>
internal static class NotImplementedEndpoints
{
    public static void MapNotImplemented(this IEndpointRouteBuilder endpoints, CloudSurface surface)
    {
        if (surface.HasExternal)
        {
            endpoints.MapMethods("/external", ["GET", "PATCH"], () => Refusal("The path /external itself")).RequirePermission(GraphOperation.ConnectionsRead);
        }

        if (surface.HasRetrieval)
        {
            Post("/copilot/retrieval", "Retrieval", GraphOperation.Search);
        }

        void Post(string path, string feature, GraphOperation operation) =>
            endpoints.MapMethods(path, ["POST"], () => Refusal(feature)).RequirePermission(operation);
    }

    private static GraphErrorResult Refusal(string feature) => new(GraphErrors.NotImplemented(feature));
}
