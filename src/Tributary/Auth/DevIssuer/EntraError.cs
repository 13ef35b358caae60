using System.Globalization;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// An error as Entra answers it: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. The catalogue of those that the development issuer gives is in
/// EntraErrors.cs.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Error">OAuth 2.0's error code; clients branch on it.</param>
/// <param name="Code">The number after <c>AADSTS</c>; clients branch on that too.</param>
/// <param name="Description">What is wrong. It never repeats a secret or a password.</param>
internal sealed partial record EntraError(int Status, string Error, int Code, string Description)
{
    private string CodeText => Code.ToString(CultureInfo.InvariantCulture);

    public Task WriteAsync(HttpContext context) => DevIssuerJson.WriteAsync(context, Status, json => WriteMembers(json, context));

    public void WriteMembers(Utf8JsonWriter json, HttpContext context)
    {
        SetHeaders(context.Response);
        RequestIds ids = RequestIds.Of(context);
        json.WriteString("error", Error);
        json.WriteString("error_description", DescriptionFor(context));
        json.WriteStartArray("error_codes");
        json.WriteNumberValue(Code);
        json.WriteEndArray();
        json.WriteString("timestamp", Timestamp(context));
        json.WriteString("trace_id", ids.RequestId);
        json.WriteString("correlation_id", ids.ClientRequestId);
        json.WriteString("error_uri", ErrorUri);
        if (Suberror is not null)
        {
            json.WriteString("suberror", Suberror);
        }
    }

    /// <summary>When to ask again; null for no word on that.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>What goes with the status, whether it is told in JSON or on a page.</summary>
    public void SetHeaders(HttpResponse response)
    {
        if (RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }
    }

    public string ErrorUri => "https://login.microsoftonline.com/error?code=" + CodeText;

    /// <summary>What MSAL makes a <c>MsalUiRequiredException</c>'s classification of.</summary>
    public string? Suberror { get; init; }

    /// <summary>As it goes into <c>error_description</c>, with the ids by which the request is found again.</summary>
    public string DescriptionFor(HttpContext context)
    {
        RequestIds ids = RequestIds.Of(context);
        return $"AADSTS{CodeText}: {Description} Trace ID: {ids.RequestId} Correlation ID: {ids.ClientRequestId} Timestamp: {Timestamp(context)}";
    }

    private static string Timestamp(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime
        .ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>What the client sent, short enough to be read.</summary>
    private static string Shown(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
