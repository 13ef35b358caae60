using Microsoft.AspNetCore.Mvc;
using Tributary.Auth;
using Tributary.Metadata;

namespace Tributary.Graph;

/// <summary><c>GET /v1.0</c> and <c>/beta</c>: what stands below the root, for whoever asks, as on the real service (protocol 1).</summary>
internal static class ServiceDocument
{
    private static readonly (string Name, string Kind)[] Roots =
    [
        .. GraphModel.Singletons.Select(root => (root.Name, "Singleton")).Concat(GraphModel.Sets.Select(root => (root.Name, "EntitySet")))
            .OrderBy(root => root.Name, StringComparer.Ordinal),
    ];

    public static void MapServiceDocument(this IEndpointRouteBuilder version) => version.MapGet("", Get).AllowAnonymousCaller();

    private static GraphResult Get(GraphRequest request, [FromServices] CloudSurface surface) => GraphResult.Ok(writer =>
    {
        writer.WriteStartObject();
        if (request.Format.HasMetadata)
        {
            writer.WriteString("@odata.context", $"{request.Root}/$metadata");
        }

        writer.WriteStartArray("value");
        foreach ((string name, string kind) in Roots.Where(root => surface.Has(root.Name)))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("kind", kind);
            writer.WriteString("url", name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });
}
