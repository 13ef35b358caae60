namespace Tributary.Auth;

/// <summary>
/// What an endpoint demands of its caller. Every mapped endpoint has one, its own or its group's; <see cref="GraphAuthorization"/> runs none without.
/// </summary>
internal abstract record AccessRule
{
    /// <summary>A valid token with a permission of the operation's row.</summary>
    public sealed record Permission(GraphOperation Operation) : AccessRule;

    /// <summary>A valid token, whatever it permits: a batch, each part of which asks for its own permission.</summary>
    public sealed record Token : AccessRule;

    /// <summary>No token is looked at: health, <c>$metadata</c>, the development issuer.</summary>
    public sealed record Anonymous : AccessRule;

    /// <summary>The operator of this server (design 18).</summary>
    public sealed record Operator : AccessRule;

    /// <summary>An administrator of a tenant (<see cref="AdministratorRule"/>), for that tenant only, which the endpoint sees to; or the operator.</summary>
    public sealed record Administrator : AccessRule;

    /// <summary>A SCIM secret of the tenant in the path; no token is one.</summary>
    public sealed record Scim : AccessRule;
}

internal static class AccessRules
{
    /// <summary>The operation that the request's endpoint declares.</summary>
    public static GraphOperation OperationOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<AccessRule>() is AccessRule.Permission rule
        ? rule.Operation
        : throw new InvalidOperationException("The endpoint requires no permission.");

    public static TBuilder RequirePermission<TBuilder>(this TBuilder builder, GraphOperation operation)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule.Permission(operation));

    public static TBuilder RequireToken<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule.Token());

    public static TBuilder AllowAnonymousCaller<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule.Anonymous());

    public static TBuilder RequireOperator<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule.Operator());

    public static TBuilder RequireAdministrator<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule.Administrator());

    public static TBuilder RequireScimSecret<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new AccessRule.Scim());
}
