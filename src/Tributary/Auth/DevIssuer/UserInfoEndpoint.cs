using Tributary.Directories.Seed;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary><c>GET /oidc/userinfo</c> of Graph's host, and version 1's of the issuer: https://learn.microsoft.com/entra/identity-platform/userinfo.</summary>
internal static class UserInfoEndpoint
{
    public const string Path = "/oidc/userinfo";

    public static Task WriteAsync(HttpContext context)
    {
        Caller caller = Caller.Of(context);
        if (caller.UserId is not { } userId || !caller.Permissions.Contains("openid"))
        {
            return GraphErrorResult.WriteAsync(context, GraphErrors.InsufficientPrivileges("The token has to be one of a user, with the scope openid."));
        }

        if (context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(caller.TenantId).FindUserOrNull(userId)?.Entry is not { } user)
        {
            return GraphErrorResult.WriteAsync(context, TokenErrors.InvalidBecause("The user is not in the seed file any more."));
        }

        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            // The same as in the id token of the client.
            json.WriteString("sub", DevTokens.PairwiseSubject(user.Id, caller.AppId));
            WriteIfThere("name", user.DisplayName);
            WriteIfThere("family_name", user.Surname);
            WriteIfThere("given_name", user.GivenName);
            json.WriteString("picture", $"{AuthOptions.GraphAudience}/v1.0/me/photo/$value");
            WriteIfThere("email", caller.Permissions.Contains("email") ? user.Mail : null);

            void WriteIfThere(string name, string? value)
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }
        });
    }
}
