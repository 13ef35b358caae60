using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>What a token is for: Graph, or the API of an application.</summary>
/// <param name="Name">As scopes are told with it, without a slash at its end.</param>
/// <param name="Audience">The token's <c>aud</c>.</param>
/// <param name="Api">The application; null for Graph.</param>
internal sealed record TokenResource(string Name, string Audience, SeedTenantApp? Api)
{
    private const string ApiScheme = "api://";

    /// <param name="asked">As the client spells it; null for Graph.</param>
    /// <param name="version">Version 1 keeps the client's spelling in the audience, version 2 does not.</param>
    /// <param name="options">Whose tokens this server accepts.</param>
    /// <param name="request">Graph is also this server by whatever name it was asked.</param>
    /// <param name="tenant">Whose applications are known.</param>
    public static TokenResource? FindOrNull(string? asked, int version, AuthOptions options, HttpRequest request, SeedTenantView tenant)
    {
        IReadOnlyList<string> accepted = options.AcceptedAudiences;
        string ours = accepted.Contains(AuthOptions.GraphAudience) ? AuthOptions.GraphAudience : accepted[0];
        if (asked is null)
        {
            return new TokenResource(AuthOptions.GraphAudience, ours, null);
        }

        string name = asked.TrimEnd('/');
        string appId = AppIdOf(name);

        // By app id or api:// as well: a token that is accepted here is one for Graph, with what consent to Graph gives.
        IReadOnlyList<string> graphNames = GraphNames(options, request);
        if (graphNames.Any(graph => graph.Equals(name, StringComparison.OrdinalIgnoreCase) || AppIdOf(graph).Equals(appId, StringComparison.OrdinalIgnoreCase)))
        {
            return new TokenResource(AuthOptions.GraphAudience, version == 1 && accepted.Contains(asked) ? asked : ours, null);
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

    private static string AppIdOf(string name) => name.StartsWith(ApiScheme, StringComparison.OrdinalIgnoreCase) ? name[ApiScheme.Length..] : name;
}
