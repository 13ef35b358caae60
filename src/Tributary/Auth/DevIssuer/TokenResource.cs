using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>What a token is for: Graph, or the API of an application.</summary>
/// <param name="Name">As scopes are told with it, without a slash at its end.</param>
/// <param name="Audience">The token's <c>aud</c>.</param>
/// <param name="Api">The application; null for Graph.</param>
internal sealed record TokenResource(string Name, string Audience, SeedTenantApp? Api)
{
    private const string ApiScheme = "api://";

    /// <param name="asked">As the client spells it; null for Graph of the cloud whose name was asked.</param>
    /// <param name="version">Version 1 keeps the client's spelling in the audience, version 2 does not.</param>
    /// <param name="options">Whose tokens this server accepts.</param>
    /// <param name="request">Graph is also this server by whatever name it was asked.</param>
    /// <param name="tenant">Whose applications are known.</param>
    public static TokenResource? FindOrNull(string? asked, int version, AuthOptions options, HttpRequest request, SeedTenantView tenant)
    {
        if (asked is null)
        {
            return Graph(CloudOf(request), options);
        }

        string name = asked.TrimEnd('/');
        string appId = AppIdOf(name);

        // By app id or api:// as well: a token that is accepted here is one for Graph, with what consent to Graph gives.
        IReadOnlyList<string> graphNames = GraphNames(options, request);
        if (graphNames.Any(graph => graph.Equals(name, StringComparison.OrdinalIgnoreCase) || AppIdOf(graph).Equals(appId, StringComparison.OrdinalIgnoreCase)))
        {
            // A cloud's Graph by its own root is that one, and its tokens mean nothing to another (protocol 2); by any other name it is that of the host.
            TokenResource graph = Graph(NationalCloud.All.FirstOrDefault(cloud => cloud.GraphRoot.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? CloudOf(request), options);
            return version == 1 && options.AcceptedAudiences.Contains(asked) ? graph with { Audience = asked } : graph;
        }

        return tenant.FindAppOrNull(appId) is { } app ? new TokenResource(name, version == 1 ? asked : app.AppId, app) : null;
    }

    /// <summary>Accepted audiences, every cloud's Graph, and the server itself with or without its port (SDKs leave it out).</summary>
    public static IReadOnlyList<string> GraphNames(AuthOptions options, HttpRequest request)
    {
        IEnumerable<string> names = options.AcceptedAudiences.Select(audience => audience.TrimEnd('/'))
            .Append(AuthOptions.GraphAppId)
            .Concat(NationalCloud.All.Select(cloud => cloud.GraphRoot))
            .Append($"{request.Scheme}://{request.Host.Value}")
            .Append($"{request.Scheme}://{request.Host.Host}");
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>Whether a token with this audience is one for the API of that application.</summary>
    public static bool IsFor(string audience, string appId) =>
        AppIdOf(audience.TrimEnd('/')).Equals(appId, StringComparison.OrdinalIgnoreCase);

    /// <summary>Without a resource in it a scope is one of this Graph.</summary>
    public static NationalCloud CloudOf(HttpRequest request) =>
        request.HttpContext.RequestServices.GetRequiredService<IssuerNames>().Of(request).Cloud ?? NationalCloud.Global;

    /// <summary>For an audience that this server accepts, whatever that is.</summary>
    private static TokenResource Graph(NationalCloud cloud, AuthOptions options)
    {
        string[] wanted = [cloud.GraphRoot, AuthOptions.GraphAudience];
        return new TokenResource(cloud.GraphRoot, wanted.FirstOrDefault(options.AcceptedAudiences.Contains) ?? options.AcceptedAudiences[0], null);
    }

    private static string AppIdOf(string name) => name.StartsWith(ApiScheme, StringComparison.OrdinalIgnoreCase) ? name[ApiScheme.Length..] : name;
}
