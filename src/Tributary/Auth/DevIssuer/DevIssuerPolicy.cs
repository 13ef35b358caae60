using Microsoft.Extensions.Options;
using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>When the development issuer is on, and when a server without an authority may not start.</summary>
internal static class DevIssuerPolicy
{
    /// <summary>Whether the development issuer is on for a server that listens on <paramref name="urls"/>.</summary>
    /// <exception cref="OptionsValidationException">There would be nobody's tokens to accept, or two issuers; says what to set.</exception>
    public static bool Validate(IReadOnlyCollection<string> urls, AuthOptions options)
    {
        bool? enabled = options.Development.Enabled;
        if (options.HasAuthority)
        {
            return enabled is not true
                ? false
                : throw Refuse("Auth:Authority or Auth:Cloud, and Auth:Development:Enabled=true exclude each other: leave out one of them.");
        }

        if (enabled is false)
        {
            throw Refuse(
                "Auth:Development:Enabled is false and no Auth:Authority is set, so no token would ever be accepted. " +
                "Set Auth:Authority to your OpenID Connect issuer.");
        }

        if (enabled is null && !options.Development.AllowRemote && urls.FirstOrDefault(url => !LoopbackPolicy.IsLoopback(url)) is { } open)
        {
            throw Refuse(
                $"The server would listen on {open}, which is open to other machines, but no Auth:Authority is set. " +
                "Set Auth:Authority to your OpenID Connect issuer; " +
                "or listen on localhost only, such as --urls http://localhost:5080; " +
                "or set Auth:Development:Enabled=true to keep the development issuer, which answers to this machine only.");
        }

        return true;
    }

    /// <summary>What has to be there before other machines may ask (<c>Auth:Development:AllowRemote</c>): nobody gets a token for the asking.</summary>
    /// <param name="seed">The seed file; null for none.</param>
    /// <exception cref="OptionsValidationException">Names everything that is missing.</exception>
    public static void CheckRemote(SeedFile? seed)
    {
        if (seed is null)
        {
            throw Refuse($"{Remote}, so Directory:SeedFile has to name the tenants, applications and users that there are, each application and user with a secret of its own.");
        }

        List<string> problems = [];
        if (seed.Tenants.Count == 0)
        {
            problems.Add($"{Remote}, so the seed file has to name its tenants.");
        }

        for (int i = 0; i < seed.Apps.Count; i++)
        {
            SeedApp app = seed.Apps[i];
            if (app.Secrets.Count == 0 && app.Certificates.Count == 0)
            {
                problems.Add($"{Remote}, so $.apps[{i}] of the seed file needs a secret or a certificate.");
            }

            if (app.Secrets.Any(secret => secret.Secret is not null))
            {
                problems.Add($"{Remote}, so $.apps[{i}].secrets of the seed file have to be hashed: {SecretHash.Forms}.");
            }
        }

        for (int i = 0; i < seed.Users.Count; i++)
        {
            if (seed.Users[i].PasswordHash is null)
            {
                problems.Add($"{Remote}, so $.users[{i}] of the seed file needs a passwordHash: {SecretHash.Forms}.");
            }
        }

        if (problems.Count > 0)
        {
            throw new OptionsValidationException(AuthOptions.Section, typeof(AuthOptions), problems);
        }
    }

    private const string Remote = "Auth:Development:AllowRemote is true";

    private static OptionsValidationException Refuse(string message) => new(AuthOptions.Section, typeof(AuthOptions), [message]);
}
