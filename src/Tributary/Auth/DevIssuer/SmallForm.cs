using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Tributary.Auth.DevIssuer;

/// <summary>The members of a form, or of a query, each of which is there once. An empty one is an absent one.</summary>
internal sealed class SmallForm
{
    private const int LargestBody = 64 * 1024;

    private readonly Func<string, StringValues> _values;

    private SmallForm(Func<string, StringValues> values)
    {
        _values = values;
    }

    public string? this[string name] => _values(name).ToString() is { Length: > 0 } value ? value : null;

    public static async Task<(SmallForm? Form, EntraError? Error)> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!request.HasFormContentType || request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            return (null, EntraError.Malformed("The body must be of Content-Type application/x-www-form-urlencoded."));
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestBody;
        }

        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or NotSupportedException)
        {
            // Not supported: a charset that .NET knows and will not read, as utf-7.
            return (null, EntraError.Malformed("The body is no form in UTF-8, or too large."));
        }

        return FindTwice(form) is { } twice ? (null, twice) : (new SmallForm(name => form[name]), null);
    }

    public static (SmallForm? Form, EntraError? Error) OfQuery(HttpRequest request)
    {
        IQueryCollection query = request.Query;
        return FindTwice(query) is { } twice ? (null, twice) : (new SmallForm(name => query[name]), null);
    }

    private static EntraError? FindTwice(IEnumerable<KeyValuePair<string, StringValues>> parameters) =>
        parameters.FirstOrDefault(parameter => parameter.Value.Count > 1).Key is { } name ? EntraError.Malformed($"The parameter '{name}' is there more than once.") : null;
}
