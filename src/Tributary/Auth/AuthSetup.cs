using Microsoft.Extensions.DependencyInjection.Extensions;
using Tributary.Auth.DevIssuer;
using Tributary.Directories;
using Tributary.Directories.Seed;
using Tributary.Quirks;
using Tributary.Telemetry;

namespace Tributary.Auth;

internal static class AuthSetup
{
    /// <summary>
    /// Registers everything that decides who asks. Settings, the seed file and the keys that there are, are checked here, so that a wrong one stops the start.
    /// A key that is not there is made: the operator's here, the issuer's at its first need.
    /// </summary>
    /// <param name="services">Where <see cref="TimeProvider"/> is registered too.</param>
    /// <param name="configuration">The root; section <c>Auth</c> is read.</param>
    /// <param name="dataDirectory">Holds <c>issuer.key</c> and <c>operator.key</c>.</param>
    /// <param name="urls">What the server will listen on.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Names the settings that are wrong.</exception>
    /// <exception cref="InvalidDataException">A key file is damaged; the message names it and says what to do.</exception>
    public static IServiceCollection AddTributaryAuth(
        this IServiceCollection services, IConfiguration configuration, string dataDirectory, IReadOnlyCollection<string> urls)
    {
        AuthOptions options = AuthOptions.Read(configuration);
        bool devIssuer = DevIssuerPolicy.Validate(urls, options);

        services.AddSingleton(options);
        services.TryAddSingleton<TributaryMeter>();
        services.TryAddSingleton<CacheMetrics>();
        services.TryAddSingleton(QuirkSet.None);
        services.AddSingleton<CallerFactory>();
        services.AddSingleton(_ => new AccessTokenCache());
        services.AddSingleton<AccessTokens>();
        OperatorKey.Read(dataDirectory);
        services.AddSingleton(_ => new OperatorKey(dataDirectory));
        bool isRemote = devIssuer && options.Development.AllowRemote;
        SeedFile? seed = services.AddDirectories(configuration, hasDevelopmentUsers: devIssuer && !isRemote);
        if (isRemote)
        {
            DevIssuerPolicy.CheckRemote(seed);
        }

        if (devIssuer)
        {
            services.AddDevIssuer(configuration, options, dataDirectory);
        }
        else
        {
            services.AddSingleton<ITokenAuthority>(provider => new OidcAuthority(
                options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<OidcAuthority>>()));
        }

        return services;
    }

    /// <summary>
    /// Goes right after routing, before anything that reads a body or counts against a limit: who may not ask costs nothing more, and who is to be
    /// throttled is known by then.
    /// </summary>
    public static IApplicationBuilder UseGraphAuthorization(this IApplicationBuilder app)
    {
        IServiceProvider services = app.ApplicationServices;
        return app.Use(next => new GraphAuthorization(
            next,
            services.GetRequiredService<AccessTokens>(),
            services.GetRequiredService<TenantDirectories>(),
            services.GetRequiredService<OperatorKey>(),
            services.GetRequiredService<QuirkSet>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<GraphAuthorization>>()).InvokeAsync);
    }
}
