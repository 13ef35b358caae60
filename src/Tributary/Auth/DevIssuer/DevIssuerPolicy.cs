using Microsoft.Extensions.Options;

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

        if (enabled is null && urls.FirstOrDefault(url => !LoopbackPolicy.IsLoopback(url)) is { } open)
        {
            throw Refuse(
                $"The server would listen on {open}, which is open to other machines, but no Auth:Authority is set. " +
                "Set Auth:Authority to your OpenID Connect issuer; " +
                "or listen on localhost only, such as --urls http://localhost:5080; " +
                "or set Auth:Development:Enabled=true to keep the development issuer, which answers to this machine only.");
        }

        return true;
    }

    private static OptionsValidationException Refuse(string message) => new(AuthOptions.Section, typeof(AuthOptions), [message]);
}
