using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OData.Edm;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Metadata;

namespace Tributary.Tests.Compatibility;

/// <summary>One verb on one path of the built server, in however many versions.</summary>
internal sealed record MappedEndpoint(string Method, string Path, IReadOnlyList<GraphVersion> Versions, string Permission)
{
    public string Name => $"{Method} {Path}";

    /// <summary>As <see cref="EndpointRow.Versions"/> says it.</summary>
    public string VersionNames => Versions.Count == 0 ? "none" : string.Join(", ", Versions.Order().Select(version => version.Segment()));
}

/// <summary>The whole surface as the running server has mapped it.</summary>
internal static class EndpointSurface
{
    public static IReadOnlyList<MappedEndpoint> Of(IServiceProvider services) =>
    [
        .. services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(endpoint => Methods(endpoint).Select(method => (Method: method, Endpoint: endpoint, Version: VersionOf(endpoint))))
            .GroupBy(mapped => (mapped.Method, Path: PathOf(mapped.Endpoint, mapped.Version)))
            .Select(group => new MappedEndpoint(
                group.Key.Method,
                group.Key.Path,
                [.. group.Where(mapped => mapped.Version is not null).Select(mapped => mapped.Version!.Value).Distinct()],
                string.Join(" / ", group.Select(mapped => PermissionOf(mapped.Endpoint)).Distinct())))
            .OrderBy(endpoint => endpoint.Path, StringComparer.Ordinal)
            .ThenBy(endpoint => endpoint.Method, StringComparer.Ordinal),
    ];

    /// <summary>The paths that a version's model has below its roots, each key as <c>{}</c>.</summary>
    public static IReadOnlySet<string> PathsOfModel(GraphVersion version)
    {
        IEdmModel model = EdmModels.Of(version);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        foreach (IEdmSingleton singleton in model.EntityContainer.Elements.OfType<IEdmSingleton>())
        {
            Walk("/" + singleton.Name, singleton.EntityType);
        }

        foreach (IEdmEntitySet set in model.EntityContainer.Elements.OfType<IEdmEntitySet>())
        {
            paths.Add("/" + set.Name);
            paths.Add($"/{set.Name}/$count");
            Walk($"/{set.Name}/{{}}", set.EntityType);
        }

        return paths;

        void Walk(string path, IEdmEntityType type)
        {
            paths.Add(path);
            foreach (IEdmOperation action in model.FindDeclaredBoundOperations(type))
            {
                paths.Add($"{path}/{action.Name}");
            }

            foreach (IEdmNavigationProperty navigation in type.NavigationProperties())
            {
                string below = $"{path}/{navigation.Name}";
                if (navigation.Type.IsCollection())
                {
                    paths.Add(below);
                    paths.Add(below + "/$count");
                    below += "/{}";
                }

                if (navigation.ContainsTarget)
                {
                    Walk(below, navigation.ToEntityType());
                }
                else
                {
                    paths.Add(below);
                }
            }
        }
    }

    /// <summary>A path with its keys as <see cref="PathsOfModel"/> has them.</summary>
    public static string WithoutKeys(string path) =>
        string.Join('/', path.Split('/').Select(segment => segment.StartsWith('{') ? "{}" : segment));

    private static IEnumerable<string> Methods(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["any"];

    private static GraphVersion? VersionOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<GraphVersionMetadata>()?.Version;

    private static string PathOf(RouteEndpoint endpoint, GraphVersion? version)
    {
        string path = "/" + endpoint.RoutePattern.RawText!.Trim('/');
        if (version is not { } graph)
        {
            return path;
        }

        string below = path[(graph.Segment().Length + 1)..];
        return below.Length == 0 ? "/" : below;
    }

    private static string PermissionOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<AccessRule>() switch
    {
        AccessRule.Anonymous => "nobody asked",
        AccessRule.Operator => "operator",
        AccessRule.Administrator => "tenant administrator or operator",
        AccessRule.Scim => "SCIM secret",
        AccessRule.Token => "a valid token",
        AccessRule.Permission rule => $"`{rule.Operation}`",
        _ => "",
    };
}
