using Tributary.Graph;
using Tributary.TakeOver;

namespace Tributary.Auth.DevIssuer;

internal static class DevIssuerSetup
{
    /// <summary>Registers the issuer. Keys that there are, are checked here, so that a damaged one stops the start.</summary>
    /// <exception cref="InvalidDataException">A key file is damaged; the message names it and says what to do.</exception>
    public static void AddDevIssuer(this IServiceCollection services, IConfiguration configuration, AuthOptions options, string dataDirectory)
    {
        var key = new DevIssuerKey(dataDirectory);
        key.LoadIfMade();
        if (options.Development.AllowRemote)
        {
            ManagedIdentitySecret.CheckIfMade(dataDirectory);
        }
        else
        {
            // Made now, as whoever starts a program reads it from the file before anybody asks here.
            ManagedIdentitySecret.Read(dataDirectory);
        }

        PublicUrlOptions publicUrl = CheckedOptions.Read(configuration, root => root.Get<PublicUrlOptions>());

        // From factories, so that the container disposes of what has to be.
        services.AddSingleton(_ => key);
        services.AddSingleton(provider => new IssuerNames(options.Development, publicUrl, provider.GetService<TakenOverHosts>()));
        services.AddSingleton(new ManagedIdentitySecret(dataDirectory));
        services.AddSingleton<IssuerUsers>();
        services.AddSingleton<DevTokens>();
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<ClientAssertions>();
        services.AddSingleton(provider => new SecretChecks(
            options.Development, new FailedSignIns(options.Development, provider.GetRequiredService<TimeProvider>()), provider.GetRequiredService<ILogger<SecretChecks>>()));
        services.AddSingleton<ClientAuthentication>();
        services.AddSingleton<AuthorizationCodes>();
        services.AddSingleton<DeviceCodes>();
        services.AddSingleton<PendingSignIns>();
        services.AddSingleton<SignInSessions>();
        services.AddSingleton<ITokenAuthority, DevIssuerAuthority>();
    }
}
