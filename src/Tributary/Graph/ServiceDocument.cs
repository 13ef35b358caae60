using Microsoft.AspNetCore.Mvc;
using Tributary.Auth;
using Tributary.Metadata;

namespace Tributary.Graph;

/// <summary><c>GET /v1.0</c> and <c>/beta</c>: what stands below the root, for whoever asks, as on the real service (protocol 1).</summary>
internal static class ServiceDocument
{
    public static void MapServiceDocument(this IEndpointRouteBuilder version) => version.MapGet("", Get).AllowAnonymousCaller();

    private static GraphResult Get(GraphRequest request, [FromServices] CloudSurface surface) => GraphResult.Ok(writer =>
    {
        writer.WriteStartObject();
        if (request.Format.HasMetadata)
        {
            writer.WriteString("@odata.context", $"{request.Root}/$metadata");
        }

        writer.WriteStartArray("value");
        foreach ((string name, _) in GraphModel.Singletons.Where(singleton => surface.Has(singleton.Name)))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("kind", "Singleton");
            writer.WriteString("url", name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
