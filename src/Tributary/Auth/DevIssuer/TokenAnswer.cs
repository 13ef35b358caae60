using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tributary.Auth.DevIssuer;

/// <summary>What the token endpoint answers; version 1 writes its numbers as text and tells the resource.</summary>
internal sealed record TokenAnswer
{
    public required string AccessToken { get; init; }

    public required TokenResource Resource { get; init; }

    public string? Scope { get; init; }

    public string? RefreshToken { get; init; }

    public string? IdToken { get; init; }

    public string? ClientInfo { get; init; }

    public Task WriteAsync(HttpContext context, int version)
    {
        int seconds = context.RequestServices.GetRequiredService<DevTokens>().LifetimeSeconds;
        long now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        return DevIssuerJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteString("token_type", "Bearer");
            WriteIfThere("scope", Scope);
            if (version == 1)
            {
                json.WriteString("expires_in", Text(seconds));
                json.WriteString("ext_expires_in", Text(seconds));
                json.WriteString("expires_on", Text(now + seconds));
                json.WriteString("not_before", Text(now));
                json.WriteString("resource", Resource.Audience);
            }
            else
            {
                json.WriteNumber("expires_in", seconds);
                json.WriteNumber("ext_expires_in", seconds);
            }

            json.WriteString("access_token", AccessToken);
            WriteIfThere("refresh_token", RefreshToken);
            WriteIfThere("id_token", IdToken);
            WriteIfThere("client_info", ClientInfo);

            void WriteIfThere(string name, string? value)
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }
        });
    }

    public static string ClientInfoOf(string objectId, string tenantId) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"uid":"{{objectId}}","utid":"{{tenantId}}"}"""));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
