using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Tributary.Auth.DevIssuer;

namespace Tributary.Tests.Auth.DevIssuer;

/// <summary>What a person does with the issuer's pages, as a browser would: it keeps cookies, says where a form comes from, and shows each redirect.</summary>
internal sealed class Browser : IDisposable
{
    public const string Redirect = "http://localhost:8400/back";

    private readonly HttpClient _http;
    private readonly string _origin;

    public Browser(AuthHost host)
        : this(host.Url)
    {
    }

    public Browser(string url)
    {
        _origin = url.TrimEnd('/');
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = new Uri(_origin) };
    }

    /// <summary>A good authorization request, changed; a null takes a parameter away.</summary>
    public static string Authorize(string tenant = DevDefaults.TenantId, string path = "oauth2/v2.0/authorize", params (string Name, string? Value)[] changes)
    {
        Dictionary<string, string?> parameters = new()
        {
            ["client_id"] = DevDefaults.AppId,
            ["response_type"] = "code",
            ["redirect_uri"] = Redirect,
            ["scope"] = "openid profile offline_access https://graph.microsoft.com/ExternalItem.Read.All",
            ["state"] = "a state & more",
        };
        foreach ((string name, string? value) in changes)
        {
            parameters[name] = value;
        }

        return $"/{tenant}/{path}?" + string.Join('&', parameters.Where(pair => pair.Value is not null).Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value!)}"));
    }

    public Task<HttpResponseMessage> GetAsync(string address) => _http.GetAsync(new Uri(address, UriKind.RelativeOrAbsolute));

    /// <summary>Presses a button of a page: that of a user, or <c>go</c> or <c>cancel</c> beside the fields.</summary>
    public async Task<HttpResponseMessage> PressAsync(HttpResponseMessage page, string button, string? user = null, string? password = null, string? origin = null)
    {
        IHtmlDocument document = await ReadAsync(page);
        IHtmlFormElement form = document.Forms.Single(form => form.QuerySelector($"button[name={button}]") is not null);
        Dictionary<string, string> fields = form.QuerySelectorAll("input").OfType<IHtmlInputElement>().ToDictionary(field => field.Name!, field => field.Value);
        if (button == "user")
        {
            Assert.Contains(form.QuerySelectorAll("button"), element => element.GetAttribute("value") == user);
            fields["user"] = user!;
        }
        else
        {
            fields[button] = "1";
            fields["username"] = user ?? fields["username"];
            fields["password"] = password ?? "";
        }

        return await PostAsync(form.GetAttribute("action")!, fields, origin);
    }

    public Task<HttpResponseMessage> PostAsync(string action, Dictionary<string, string> fields, string? origin = null) =>
        _http.SendAsync(new HttpRequestMessage(HttpMethod.Post, action) { Content = new FormUrlEncodedContent(fields), Headers = { { "Origin", origin ?? _origin } } });

    /// <summary>Goes to the authorization endpoint, picks the user, and gives the answer's parameters.</summary>
    public async Task<IReadOnlyDictionary<string, string>> SignInAsync(string authorize, string user = "reader@tributary.local")
    {
        HttpResponseMessage page = await GetAsync(authorize);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return AnswerOf(await PressAsync(page, "user", user));
    }

    public static IReadOnlyDictionary<string, string> AnswerOf(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        string address = response.Headers.Location!.OriginalString;
        int start = address.IndexOfAny(['?', '#']);
        return address[(start + 1)..].Split('&').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
    }

    public static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage page) =>
        await new HtmlParser().ParseDocumentAsync(new MemoryStream(Encoding.UTF8.GetBytes(await page.Content.ReadAsStringAsync())));

    public void Dispose() => _http.Dispose();
}
