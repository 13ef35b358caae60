using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Tributary.Directories;

namespace Tributary.Auth.DevIssuer;

/// <summary>What the page to pick a user shows.</summary>
/// <param name="Token">Of the form.</param>
/// <param name="AppName">Who asks.</param>
/// <param name="TenantName">Where.</param>
/// <param name="Users">To pick from; empty to have the name typed.</param>
/// <param name="IsCut">Whether there may be more of them.</param>
/// <param name="UserName">Filled in; null for none.</param>
/// <param name="UserCode">Of the device that waits; null for a program on this machine.</param>
/// <param name="FormTarget">Where the browser goes in the end; null to stay here.</param>
/// <param name="Problem">What was wrong with the last try, and its text.</param>
internal sealed record SignInChoice(
    string Token, string AppName, string TenantName, IReadOnlyList<DirectoryUser> Users, bool IsCut, string? UserName, string? UserCode, string? FormTarget,
    (EntraError Error, string Text)? Problem);

/// <summary>The pages of the issuer: plain HTML that needs no script, is in no frame and loads nothing.</summary>
internal static class SignInPages
{
    private const string Style =
        "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}" +
        "button{font:inherit;padding:.5rem 1rem;margin:.25rem 0;border:1px solid #555;border-radius:.25rem;background:#f3f3f3;color:inherit;cursor:pointer}" +
        "ul{list-style:none;padding:0}li button{width:100%;text-align:left}label{display:block;margin-top:.5rem}" +
        "input{font:inherit;padding:.4rem;width:100%;box-sizing:border-box}:focus-visible{outline:3px solid #0b57d0;outline-offset:2px}" +
        "[role=alert]{border-left:.3rem solid #b3261e;padding-left:.75rem}code{font-size:1.25rem}";

    /// <summary>Where there is no script the button does the same.</summary>
    private const string PostScript = "document.forms[0].submit()";

    private static readonly string StyleSource = SourceOf(Style);
    private static readonly string ScriptSource = SourceOf(PostScript);

    public static Task WriteChoiceAsync(HttpContext context, SignInChoice choice)
    {
        var body = new StringBuilder();
        body.Append("<h1>Pick a user</h1>");
        body.Append(Encoded($"<p>{choice.AppName} wants to act for a user of {choice.TenantName}. This is Tributary's development issuer and not Microsoft.</p>"));
        if (choice.UserCode is not null)
        {
            body.Append(Encoded($"<p>It shows the code <code>{choice.UserCode}</code> on another device. Go on only if you started that sign-in yourself.</p>"));
        }

        choice.Problem?.Error.SetHeaders(context.Response);
        AppendProblem(body, choice.Problem?.Text);
        string form = Encoded($"<form method=\"post\" action=\"{SignInEndpoint.Path}\" autocomplete=\"off\"><input type=\"hidden\" name=\"token\" value=\"{choice.Token}\">");
        if (choice.Users.Count > 0)
        {
            // A form of its own: the enter key in a field presses the first button of its form.
            body.Append(form).Append("<ul>");
            foreach (DirectoryUser user in choice.Users)
            {
                body.Append(Encoded($"<li><button name=\"user\" value=\"{user.UserPrincipalName}\">"));
                body.Append(Encoded($"{user.DisplayName ?? user.UserPrincipalName} ({user.UserPrincipalName})</button></li>"));
            }

            body.Append(choice.IsCut ? "</ul></form><p>There are more.</p><h2>Or by name</h2>" : "</ul></form><h2>Or by name</h2>");
        }

        body.Append(form).Append("<label for=\"username\">User principal name</label>");
        body.Append(Encoded($"<input id=\"username\" name=\"username\" autocapitalize=\"none\" spellcheck=\"false\" value=\"{choice.UserName}\">"));
        body.Append("<label for=\"password\">Password, where the user has one</label><input id=\"password\" name=\"password\" type=\"password\">");
        body.Append("<p><button name=\"go\" value=\"1\">Sign in</button> <button name=\"cancel\" value=\"1\">Cancel</button></p></form>");
        return WriteAsync(context, choice.Problem?.Error.Status ?? StatusCodes.Status200OK, "Pick a user", body, choice.FormTarget);
    }

    public static Task WriteCodeEntryAsync(HttpContext context, string typed, (EntraError Error, string Text)? problem)
    {
        var body = new StringBuilder("<h1>Enter the code</h1>");
        AppendProblem(body, problem?.Text);
        body.Append(Encoded($"<form method=\"post\" action=\"{DeviceAuthEndpoint.Path}\" autocomplete=\"off\"><label for=\"otc\">Code that your device or program shows</label>"));
        body.Append(Encoded($"<input id=\"otc\" name=\"otc\" autocapitalize=\"characters\" spellcheck=\"false\" value=\"{typed}\"><p><button>Next</button></p></form>"));
        return WriteAsync(context, problem?.Error.Status ?? StatusCodes.Status200OK, "Enter the code", body, null);
    }

    public static Task WriteNoteAsync(HttpContext context, string title, string text) => WriteAsync(
        context, StatusCodes.Status200OK, title, new StringBuilder(Encoded($"<h1>{title}</h1><p>{text}</p>")), null);

    /// <summary>For what cannot be told to a client: nobody knows yet who and where it is.</summary>
    public static Task WriteErrorAsync(HttpContext context, EntraError error)
    {
        error.SetHeaders(context.Response);
        var body = new StringBuilder("<h1>Sign-in failed</h1>");
        AppendProblem(body, error.DescriptionFor(context));
        return WriteAsync(context, error.Status, "Sign-in failed", body, null);
    }

    /// <summary><c>response_mode=form_post</c>: a page that posts itself to the client.</summary>
    public static Task WritePostAsync(HttpContext context, string target, (string Name, string Value)[] parameters)
    {
        var body = new StringBuilder(Encoded($"<h1>Going on</h1><form method=\"post\" action=\"{target}\">"));
        foreach ((string name, string value) in parameters)
        {
            body.Append(Encoded($"<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"));
        }

        body.Append("<button>Continue</button></form><script>").Append(PostScript).Append("</script>");
        return WriteAsync(context, StatusCodes.Status200OK, "Going on", body, target, ScriptSource);
    }

    /// <summary>Headers of every page and of the redirects that follow on a form: a browser holds those against <c>form-action</c> too.</summary>
    public static void SetHeaders(HttpResponse response, string? formTarget, string? scriptSource = null)
    {
        IHeaderDictionary headers = response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src {StyleSource}; {(scriptSource is null ? "" : $"script-src {scriptSource}; ")}" +
            $"form-action 'self'{(formTarget is null ? "" : " " + FormActionOf(formTarget))}; frame-ancestors 'none'; base-uri 'none'";
        headers.XFrameOptions = "DENY";

        // With none at all a browser says Origin: null when the form is sent.
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-store, no-cache";
        headers.Pragma = "no-cache";
    }

    private static Task WriteAsync(HttpContext context, int status, string title, StringBuilder body, string? formTarget, string? scriptSource = null)
    {
        byte[] page = Encoding.UTF8.GetBytes(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">" +
            Encoded($"<title>{title} – Tributary</title>") + $"<style>{Style}</style></head><body><main>{body}</main></body></html>");
        HttpResponse response = context.Response;
        SetHeaders(response, formTarget, scriptSource);
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = page.Length;
        return response.Body.WriteAsync(page, context.RequestAborted).AsTask();
    }

    /// <summary>Every value that is put in is encoded: none can become markup.</summary>
    private static string Encoded(FormattableString html) => string.Format(
        CultureInfo.InvariantCulture,
        html.Format,
        [.. html.GetArguments().Select(value => (object)HtmlEncoder.Default.Encode(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""))]);

    private static void AppendProblem(StringBuilder body, string? text)
    {
        if (text is not null)
        {
            body.Append(Encoded($"<p role=\"alert\">{text}</p>"));
        }
    }

    /// <summary>As a source of a policy; the scheme alone where there is no host, or one that a policy cannot write.</summary>
    private static string FormActionOf(string address)
    {
        var uri = new Uri(address);
        return uri is { Scheme: "http" or "https", HostNameType: not UriHostNameType.IPv6 } ? uri.GetLeftPart(UriPartial.Authority) : $"{uri.Scheme}:";
    }

    private static string SourceOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";
}
