using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Tributary.Graph;

/// <summary>Section <c>Cors</c>: the web pages that may read answers.</summary>
internal sealed class CrossOriginOptions : ICheckedOptions
{
    public const string Section = "Cors";

    private const string Any = "*";

    /// <summary>
    /// Origins such as <c>https://app.example.org</c> separated by <c>;</c>, or <c>*</c> for every one; empty for none. Null: every one, as on the real
    /// service, unless the development issuer is on; then none.
    /// </summary>
    public string? AllowedOrigins { get; set; }

    public bool AllowsAny => Entries.Contains(Any);

    private string[] Entries => AllowedOrigins?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    public IEnumerable<string> Problems()
    {
        foreach (string entry in Entries.Where(entry => entry != Any && OriginOrNull(entry) is null))
        {
            yield return $"Cors:AllowedOrigins holds '{entry}'; each must be scheme and host, such as https://app.example.org, or * alone for every origin.";
        }

        if (AllowsAny && Entries.Length > 1)
        {
            yield return "Cors:AllowedOrigins holds * and other origins; * stands alone.";
        }
    }

    /// <summary>The policy of all Graph paths; null when no page of another origin may read anything.</summary>
    /// <param name="devIssuer">Whether anybody on this machine gets any token.</param>
    /// <exception cref="OptionsValidationException">Every page on the web would be let to a server that has the development issuer.</exception>
    public CorsPolicy? PolicyOrNull(bool devIssuer)
    {
        if (AllowsAny && devIssuer)
        {
            throw new OptionsValidationException(
                nameof(CrossOriginOptions),
                typeof(CrossOriginOptions),
                ["Cors:AllowedOrigins is * while the development issuer is on. Name the origins of your pages, such as http://localhost:3000, or set Auth:Authority."]);
        }

        var policy = new CorsPolicyBuilder();
        if (AllowsAny || (AllowedOrigins is null && !devIssuer))
        {
            policy.AllowAnyOrigin();
        }
        else if (Entries.Length > 0)
        {
            policy.WithOrigins([.. Entries.Select(entry => OriginOrNull(entry)!)]);
        }
        else
        {
            return null;
        }

        return policy
            .WithMethods("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
            .AllowAnyHeader()
            .WithExposedHeaders(
                "ETag", "Location", "Preference-Applied", "Content-Range", "request-id", "client-request-id", "ReadWriteConsistencyToken", "SdkVersion",
                "WWW-Authenticate", "x-ms-client-gcc-tenant", "Retry-After", "x-ms-ags-diagnostic", "OData-Version")
            .SetPreflightMaxAge(TimeSpan.FromHours(1))
            .Build();
    }

    /// <summary>The origin as browsers send it: lower case, no default port.</summary>
    private static string? OriginOrNull(string entry) =>
        Uri.TryCreate(entry, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri.PathAndQuery == "/" && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
            ? uri.GetLeftPart(UriPartial.Authority)
            : null;
}

/// <summary>CORS for Graph's paths (protocol 14), and for no other: the development issuer, health and the operator's paths are not for web pages.</summary>
internal static class CrossOrigin
{
    /// <exception cref="OptionsValidationException">See <see cref="CrossOriginOptions.PolicyOrNull"/>.</exception>
    public static void AddCrossOrigin(this IServiceCollection services, CrossOriginOptions options, bool devIssuer)
    {
        if (options.PolicyOrNull(devIssuer) is { } policy)
        {
            services.AddCors();
            services.AddSingleton(policy);
        }
    }

    /// <summary>Goes right after routing, before anything that answers: a browser hides an error without these headers from its page.</summary>
    public static void UseCrossOrigin(this WebApplication app)
    {
        if (app.Services.GetService<CorsPolicy>() is { } policy)
        {
            // By the paths themselves: the endpoints by which routing says 405 do not tell whose path it is.
            app.UseWhen(
                context => context.GetEndpoint() is null || GraphPaths.IsVersioned(context.Request.Path.Value),
                graph => graph.Use(Prepare(policy)).UseMiddleware<CorsMiddleware>(policy));
        }
    }

    private static Func<RequestDelegate, RequestDelegate> Prepare(CorsPolicy policy) => next => context =>
    {
        // The names of a preflight come back as they are; those that no header can have, and no browser sends, would not.
        IHeaderDictionary headers = context.Request.Headers;
        if (!HeaderText.IsPrintableAscii(headers.AccessControlRequestHeaders.ToString()))
        {
            headers.Remove(HeaderNames.AccessControlRequestHeaders);
        }

        if (!policy.AllowAnyOrigin)
        {
            context.Response.OnStarting(SayThatOriginMatters, context.Response);
        }

        return next(context);
    };

    /// <summary>
    /// The middleware says so only to origins that are let in; a cache that kept the answer to another one, or to none, would hand it to them (Fetch, "CORS protocol and HTTP
    /// caches").
    /// </summary>
    private static Task SayThatOriginMatters(object state)
    {
        IHeaderDictionary headers = ((HttpResponse)state).Headers;
        if (!headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
        {
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }

        return Task.CompletedTask;
    }
}
