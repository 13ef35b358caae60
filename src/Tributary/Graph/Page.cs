using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace Tributary.Graph;

/// <summary>
/// The page of a list that a request asks for: how long it is and where it begins (protocol 8). <c>$top</c> sets the length of a page, not of the whole list,
/// as everywhere in Microsoft Graph.
/// </summary>
internal sealed class Page
{
    private static readonly (string Code, string Plain)[] Unescaped =
        [("%24", "$"), ("%27", "'"), ("%28", "("), ("%29", ")"), ("%2A", "*"), ("%2C", ","), ("%2F", "/"), ("%3A", ":"), ("%3B", ";"), ("%40", "@")];

    private readonly HttpContext _http;
    private readonly SkipTokens _tokens;
    private readonly string _scope;

    private Page(HttpContext http, SkipTokens tokens, string scope, int size, IReadOnlyList<string>? after)
    {
        _http = http;
        _tokens = tokens;
        _scope = scope;
        Size = size;
        After = after;
    }

    /// <summary>At most this many entities; 0 when the client wants none.</summary>
    public int Size { get; }

    /// <summary>The sort keys of the last entity of the page before; null on the first page.</summary>
    public IReadOnlyList<string>? After { get; }

    /// <summary>The count stands on the first page only.</summary>
    public bool IsFirst => After is null;

    /// <summary>Reads what the options and <c>Prefer: odata.maxpagesize</c> say; null, as 400 is due, when the token is none of this list.</summary>
    /// <param name="scope">See <see cref="SkipTokens.Seal"/>.</param>
    /// <param name="keys">How many sort keys a position has.</param>
    public static Page? ReadOrNull(HttpContext http, SkipTokens tokens, QueryOptions options, string scope, int keys)
    {
        SkipToken? token = null;
        if (options.SkipToken is { } text && ((token = tokens.OpenOrNull(scope, text)) is null || token.Position.Count != keys))
        {
            return null;
        }

        int size = options.Top ?? token?.PageSize ?? QueryOptions.DefaultPageSize;
        if (int.TryParse(Preferences.ValueOrNull(http.Request, Preferences.MaxPageSize), NumberStyles.None, CultureInfo.InvariantCulture, out int preferred) && preferred > 0)
        {
            size = Math.Min(options.Top ?? QueryOptions.MaxPageSize, Math.Min(preferred, QueryOptions.MaxPageSize));
            Preferences.Applied(http.Response, string.Create(CultureInfo.InvariantCulture, $"{Preferences.MaxPageSize}={preferred}"));
        }

        return new Page(http, tokens, scope, size, token?.Position);
    }

    /// <summary>The entities of this page in the order of their ids, and the link to the next page where there is one.</summary>
    /// <param name="read">Reads at most so many entities with ids after the given one.</param>
    public async ValueTask<(IReadOnlyList<T> Entities, string? NextLink)> ReadAsync<T>(
        GraphRequest request, Func<string, int, ValueTask<IReadOnlyList<T>>> read, Func<T, string> id)
    {
        if (Size == 0)
        {
            return ([], null);
        }

        // One more than is shown tells whether there is a next page.
        IReadOnlyList<T> found = await read(After?[0] ?? "", Size + 1);
        return found.Count <= Size ? (found, null) : ([.. found.Take(Size)], NextLink(request, id(found[Size - 1])));
    }

    /// <summary>The whole URL of the page after the entity with these sort keys: every option of this request but <c>$skip</c>, which has been obeyed.</summary>
    public string NextLink(GraphRequest request, params ReadOnlySpan<string> last)
    {
        var link = new StringBuilder(request.Origin).Append(_http.Request.Path.ToUriComponent()).Append('?');
        foreach ((string name, StringValues values) in _http.Request.Query)
        {
            if (QueryOptions.NameOrNull(name) is "skip" or "skiptoken")
            {
                continue;
            }

            foreach (string? value in values)
            {
                link.Append(Escape(name)).Append('=').Append(Escape(value ?? "")).Append('&');
            }
        }

        return link.Append("$skiptoken=").Append(_tokens.Seal(_scope, Size, last)).ToString();

        // What a query may hold as it is stays as it is (RFC 3986 3.4), or the link would be longer than the URL that it continues.
        static string Escape(string text)
        {
            string escaped = Uri.EscapeDataString(text);
            foreach ((string code, string plain) in Unescaped)
            {
                escaped = escaped.Replace(code, plain, StringComparison.Ordinal);
            }

            return escaped;
        }
    }
}

/// <summary>Writes a collection: context, count, link and value, in this order.</summary>
internal static class GraphCollection
{
    public static GraphResult Of<T>(GraphRequest request, string context, long? count, string? nextLink, IReadOnlyList<T> entities, Action<Utf8JsonWriter, T> write) =>
        GraphResult.Ok(writer =>
        {
            writer.WriteStartObject();
            if (request.Context(context) is { } url)
            {
                writer.WriteString("@odata.context", url);
            }

            if (count is { } number)
            {
                request.Format.WriteInt64(writer, "@odata.count", number);
            }

            if (nextLink is not null)
            {
                writer.WriteString("@odata.nextLink", nextLink);
            }

            writer.WriteStartArray("value");
            foreach (T entity in entities)
            {
                write(writer, entity);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
}
