using Tributary.Directories.Seed;

namespace Tributary.Auth.DevIssuer;

/// <summary>How an answer goes to the redirect URI.</summary>
internal enum ResponseMode
{
    Query,
    Fragment,
    FormPost,
}

/// <summary>A call to the authorization endpoint whose client and redirect URI are right: what else is wrong with it is told there.</summary>
internal sealed record AuthorizeRequest
{
    public required int Version { get; init; }

    public required IssuerTenant Tenant { get; init; }

    public required SeedTenantApp App { get; init; }

    public required string RedirectUri { get; init; }

    /// <summary>Whether the client named it, and so has to again.</summary>
    public required bool NamesRedirect { get; init; }

    public ResponseMode Mode { get; private init; }

    public bool WantsCode { get; private init; }

    public bool WantsIdToken { get; private init; }

    /// <summary>As version 2 writes it.</summary>
    public string Scope { get; private init; } = "";

    public string? State { get; private init; }

    public string? Nonce { get; private init; }

    public string? Prompt { get; private init; }

    public string? LoginHint { get; private init; }

    public string? DomainHint { get; private init; }

    public bool WantsClientInfo { get; private init; }

    public CodeChallenge? Challenge { get; private init; }

    /// <summary>Client and redirect URI, or the error that the browser itself is shown.</summary>
    public static (AuthorizeRequest? Request, EntraError? Error) ReadClient(HttpContext context, SmallForm form, int version)
    {
        (IssuerTenant? tenant, EntraError? error) = IssuerTenant.Of(context);
        if (tenant is null)
        {
            return (null, error);
        }

        if (form["client_id"] is not { } clientId)
        {
            return (null, EntraError.MissingParameter("client_id"));
        }

        var directory = context.RequestServices.GetRequiredService<SeedDirectory>();
        string tenantId = tenant.TenantId ?? directory.HomeOfApp(clientId);
        if (directory.Tenant(tenantId).FindAppOrNull(clientId) is not { } app)
        {
            return (null, EntraError.UnknownApplication(clientId, tenantId));
        }

        if ((form["redirect_uri"] ?? (app.Entry is { RedirectUris: [var first, ..] } ? first : null)) is not { } redirectUri)
        {
            return (null, EntraError.NoRedirect);
        }

        IssuerHost host = context.RequestServices.GetRequiredService<IssuerNames>().Of(context.Request);
        return RedirectRules.IsAllowed(redirectUri, app, host)
            ? (new AuthorizeRequest { Version = version, Tenant = tenant, App = app, RedirectUri = redirectUri, NamesRedirect = form["redirect_uri"] is not null }, null)
            : (null, EntraError.WrongRedirect(redirectUri, app.AppId));
    }

    /// <summary>The rest of it, or the error that the client is told; the request then says how it is told.</summary>
    public (AuthorizeRequest Request, EntraError? Error) ReadRest(HttpContext context, SmallForm form)
    {
        string[] types = (form["response_type"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        bool isKnownType = types.Length > 0 && types.Distinct().Count() == types.Length && types.All(type => type is "code" or "id_token");
        bool wantsIdToken = types.Contains("id_token");
        string? modeText = form["response_mode"];
        ResponseMode? mode = modeText switch
        {
            "query" => ResponseMode.Query,
            "fragment" => ResponseMode.Fragment,
            "form_post" => ResponseMode.FormPost,
            null => wantsIdToken ? ResponseMode.Fragment : ResponseMode.Query,
            _ => null,
        };
        bool isKnownMode = mode is not null && !(wantsIdToken && mode == ResponseMode.Query);
        AuthorizeRequest request = this with
        {
            Mode = isKnownMode ? mode!.Value : wantsIdToken ? ResponseMode.Fragment : ResponseMode.Query,
            WantsCode = types.Contains("code"),
            WantsIdToken = wantsIdToken,
            State = form["state"],
            Nonce = form["nonce"],
            Prompt = form["prompt"],
            LoginHint = form["login_hint"],
            DomainHint = form["domain_hint"],
            WantsClientInfo = form["client_info"] == "1",
        };

        EntraError? error = types.Length == 0 ? EntraError.MissingParameter("response_type")
            : !isKnownType ? EntraError.UnsupportedResponseType(form["response_type"]!)
            : !isKnownMode ? EntraError.UnsupportedResponseMode(modeText!)
            : wantsIdToken && request.Nonce is null ? EntraError.MissingParameter("nonce")
            : request.Prompt is not (null or "none" or "login" or "consent" or "select_account") ? EntraError.UnsupportedPrompt(request.Prompt)
            : null;
        if (error is not null)
        {
            return (request, error);
        }

        (CodeChallenge? challenge, error) = CodeChallenge.Read(form["code_challenge"], form["code_challenge_method"]);
        if (error is not null)
        {
            return (request, error);
        }

        (RequestedScopes? scopes, error) = request.ReadScopes(context, form);
        return scopes is null ? (request, error)
            : wantsIdToken && !scopes.WantsIdToken ? (request, EntraError.InvalidScope("An id_token needs the scope openid."))
            : (request with { Challenge = challenge, Scope = scopes.Again }, null);
    }

    private (RequestedScopes? Scopes, EntraError? Error) ReadScopes(HttpContext context, SmallForm form)
    {
        string tenantId = Tenant.TenantId ?? context.RequestServices.GetRequiredService<SeedDirectory>().HomeOfApp(App.AppId);
        SeedTenantView tenant = context.RequestServices.GetRequiredService<SeedDirectory>().Tenant(tenantId);
        var scopeContext = new ScopeContext(context, Version, tenantId, tenant, App);

        // Version 1 need not say what for.
        return Version == 1 ? RequestedScopes.ReadResource(form["resource"], scopeContext)
            : form["resource"] is not null ? (null, EntraError.ResourceNotSupported)
            : form["scope"] is { } scope ? RequestedScopes.ReadForUser(scope, scopeContext)
            : (null, EntraError.MissingParameter("scope"));
    }
}
