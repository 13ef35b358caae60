using Tributary.Directories;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary><c>GET /oidc/userinfo</c> of Graph's host, and version 1's of the issuer: https://learn.microsoft.com/entra/identity-platform/userinfo.</summary>
internal static class UserInfoEndpoint
{
    public const string Path = "/oidc/userinfo";

    public static async Task WriteAsync(HttpContext context)
    {
        Caller caller = Caller.Of(context);
        if (caller.UserId is not { } userId || !caller.Permissions.Contains("openid"))
        {
            await GraphErrorResult.WriteAsync(context, GraphErrors.InsufficientPrivileges("The token has to be one of a user, with the scope openid."));
            return;
        }

        if (await context.RequestServices.GetRequiredService<IssuerUsers>().FindOrNullAsync(caller.TenantId, userId, context.RequestAborted) is not { } found)
        {
            await GraphErrorResult.WriteAsync(context, TokenErrors.InvalidBecause("The user is neither in the seed file nor in the tenant's directory any more."));
            return;
        }

        DirectoryUser user = found.Entry;
        await DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            // The same as in the id token of the client.
            json.WriteString("sub", DevTokens.PairwiseSubject(user.Id, caller.AppId));
            json.WriteString("name", found.DisplayName);
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
