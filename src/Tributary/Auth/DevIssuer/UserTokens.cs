namespace Tributary.Auth.DevIssuer;

/// <summary>The end that every grant for a user has in common.</summary>
internal static class UserTokens
{
    /// <summary>What a token request asks for; <paramref name="otherwise"/> if it does not say, null to demand that it does.</summary>
    public static (RequestedScopes? Scopes, EntraError? Error) ReadScopes(TokenRequest request, ScopeContext context, string? otherwise = null)
    {
        if (request is { Version: 1, Resource: { } resource })
        {
            return RequestedScopes.ReadResource(resource, context);
        }

        if (request.Resource is not null)
        {
            return (null, EntraError.ResourceNotSupported);
        }

        return (request.Scope ?? otherwise) is { } scope ? RequestedScopes.ReadForUser(scope, context) : (null, MissingScope(request));
    }

    public static EntraError MissingScope(TokenRequest request) => EntraError.MissingParameter(request.Version == 1 ? "resource" : "scope");

    /// <param name="context">The request.</param>
    /// <param name="request">Its body.</param>
    /// <param name="client">For whom the tokens are.</param>
    /// <param name="tenantId">Of the user.</param>
    /// <param name="user">Whose tokens they are.</param>
    /// <param name="scopes">What was granted.</param>
    /// <param name="nonce">For the id token; null for none.</param>
    public static Task AnswerAsync(
        HttpContext context, TokenRequest request, IssuerClient client, string tenantId, IssuerUser user, RequestedScopes scopes, string? nonce = null)
    {
        IServiceProvider services = context.RequestServices;
        var tokens = services.GetRequiredService<DevTokens>();
        TokenOccasion occasion = TokenOccasion.Of(context, tenantId, request.Version, client);
        var answer = new TokenAnswer
        {
            AccessToken = tokens.ForUser(occasion, scopes.Resource.Audience, user, scopes.InToken),
            Resource = scopes.Resource,
            Scope = scopes.Told,
            RefreshToken = scopes.WantsRefreshToken
                ? services.GetRequiredService<RefreshTokens>().Seal(tenantId, client.AppId, user.Entry.Id, scopes.Again)
                : null,
            IdToken = scopes.WantsIdToken ? tokens.IdTokenFor(occasion, user, new IdTokenDetails(nonce, scopes.OpenId.Contains("email"), Code: null)) : null,
            ClientInfo = request.WantsClientInfo ? TokenAnswer.ClientInfoOf(user.Entry.Id, tenantId) : null,
        };
        return answer.WriteAsync(context, request.Version);
    }
}
