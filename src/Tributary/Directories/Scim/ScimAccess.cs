using Tributary.Auth;

namespace Tributary.Directories.Scim;

/// <summary>The tenant whose provisioner calls: set once its secret was seen.</summary>
/// <param name="TenantId">Lower case.</param>
internal sealed record ScimCaller(string TenantId)
{
    public static ScimCaller Of(HttpContext context) =>
        context.Features.Get<ScimCaller>() ?? throw new InvalidOperationException("The endpoint declares no secret of SCIM.");
}

/// <summary>Lets a provisioner in: by a secret of the tenant in the path, and by nothing else. A token of Microsoft Graph is none.</summary>
internal sealed class ScimAccess(DirectoryOptions options, ScimSecrets secrets)
{
    /// <summary>Null when the caller is let in, and <see cref="ScimCaller"/> is set.</summary>
    public ScimError? RefusalOrNull(HttpContext context)
    {
        if (!AccessTokens.TryGetToken(context.Request, out ReadOnlySpan<char> bearer, out _))
        {
            return ScimErrors.Unauthorized;
        }

        // Told before the secret is looked at: whoever has set up the wrong tenant is not to look for the mistake in the secret.
        if (GuidText.LowerOrNull(context.Request.RouteValues["tenantId"] as string) is not { } tenant || options.SourceOf(tenant) != DirectorySource.Scim)
        {
            return ScimErrors.NotScim;
        }

        if (!secrets.Matches(tenant, bearer))
        {
            return ScimErrors.Unauthorized;
        }

        context.Features.Set(new ScimCaller(tenant));
        return null;
    }
}
