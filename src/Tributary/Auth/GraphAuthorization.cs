using Tributary.Directories;
using Tributary.Directories.Scim;
using Tributary.Graph;
using Tributary.Quirks;

namespace Tributary.Auth;

/// <summary>
/// Holds every request against the <see cref="AccessRule"/> of its endpoint. What has no rule does not run: a forgotten declaration is a 500 that is
/// found at the first try, not an open door.
/// </summary>
internal sealed partial class GraphAuthorization(
    RequestDelegate next, AccessTokens tokens, TenantDirectories directories, OperatorKey operatorKey, QuirkSet quirks, TimeProvider time,
    ILogger<GraphAuthorization> logger)
{
    public Task InvokeAsync(HttpContext context)
    {
        // Graph resolves the route first (protocol 1): a request that reaches no endpoint gets its 400 or 405 without a look at the token. The
        // endpoints by which routing itself says 405 or 415 are no route endpoints, carry no metadata and run nothing of ours.
        if (context.GetEndpoint() is not { } endpoint || (endpoint is not RouteEndpoint && endpoint.Metadata.Count == 0))
        {
            return next(context);
        }

        switch (endpoint.Metadata.GetMetadata<AccessRule>())
        {
            case AccessRule.Anonymous:
                return next(context);
            case AccessRule.Permission rule when IsInTable(rule.Operation, endpoint):
                ValueTask<(Caller? Caller, GraphError? Error)> authentication = tokens.AuthenticateAsync(context);
                return authentication.IsCompletedSuccessfully
                    ? Enforce(context, rule.Operation, authentication.Result)
                    : EnforceAsync(context, rule.Operation, authentication);
            case AccessRule.Token:
                return EnforceTokenAsync(context);
            case AccessRule.Operator:
                return EnforceOperatorAsync(context, orAdministrator: false);
            case AccessRule.Administrator:
                return EnforceOperatorAsync(context, orAdministrator: true);
            case AccessRule.Scim:
                return context.RequestServices.GetRequiredService<ScimAccess>().RefusalOrNull(context) is { } refusal
                    ? ScimResult.Of(refusal).ExecuteAsync(context)
                    : next(context);
            default:
                LogNoRule(logger, endpoint.DisplayName);
                return GraphErrorResult.WriteAsync(context, GraphErrors.GeneralException());
        }
    }

    /// <summary>An endpoint whose operation the table does not have in its version has as good as no rule.</summary>
    private static bool IsInTable(GraphOperation operation, Endpoint endpoint) =>
        PermissionTable.FindOrNull(operation) is { } row
        && (endpoint.Metadata.GetMetadata<GraphVersionMetadata>() is not { } metadata || row.Versions.Has(metadata.Version));

    private async Task EnforceAsync(HttpContext context, GraphOperation operation, ValueTask<(Caller? Caller, GraphError? Error)> authentication) =>
        await Enforce(context, operation, await authentication);

    private Task Enforce(HttpContext context, GraphOperation operation, (Caller? Caller, GraphError? Error) authentication)
    {
        if (authentication.Caller is not { } caller)
        {
            return GraphErrorResult.WriteAsync(context, authentication.Error!);
        }

        GraphError? refusal = operation == GraphOperation.Search && !caller.IsPersonalAccount ? null : GraphOperations.Refuse(caller, operation);
        if (refusal is not null)
        {
            if (operation != GraphOperation.Search && quirks.IsOn(MissingPermission401.Quirk))
            {
                refusal = MissingPermission401.Answer;
            }

            return GraphErrorResult.WriteAsync(context, refusal);
        }

        return RunAsync(context, caller);
    }

    private async Task EnforceTokenAsync(HttpContext context)
    {
        (Caller? caller, GraphError? error) = await tokens.AuthenticateAsync(context);
        await (caller is null ? GraphErrorResult.WriteAsync(context, error!) : RunAsync(context, caller));
    }

    /// <summary>Lets the caller in as the tenant's directory knows it now, which for applications takes no time.</summary>
    private Task RunAsync(HttpContext context, Caller caller)
    {
        ValueTask<(Caller? Caller, GraphError? Error)> completion = directories.CompleteAsync(caller, context.RequestAborted);
        return completion.IsCompletedSuccessfully ? Run(context, caller, completion.Result) : AwaitAsync(context, caller, completion);

        async Task AwaitAsync(HttpContext context, Caller told, ValueTask<(Caller? Caller, GraphError? Error)> completion) =>
            await Run(context, told, await completion);
    }

    private Task Run(HttpContext context, Caller told, (Caller? Caller, GraphError? Error) completed)
    {
        if (completed.Caller is not { } caller)
        {
            // The directory knows better than a token that is good as such: only a newer one could help.
            GraphError error = completed.Error!;
            return GraphErrorResult.WriteAsync(
                context,
                error.IsChallenge && told.HandlesClaimsChallenges ? error with { Claims = TokenChallenge.ClaimsFrom(time.GetUtcNow()) } : error);
        }

        context.Features.Set(caller);
        return next(context);
    }

    private async Task EnforceOperatorAsync(HttpContext context, bool orAdministrator)
    {
        if (!IsOperatorKey(context.Request))
        {
            (Caller? caller, GraphError? error) = await tokens.AuthenticateAsync(context);
            if (error is null)
            {
                (caller, error) = await directories.CompleteAsync(caller!, context.RequestAborted);
            }

            if (error is null && (!caller!.IsOperator || caller.IsPersonalAccount))
            {
                error = orAdministrator ? AdministratorRule.RefusalOrNull(caller!) : GraphErrors.InsufficientPrivileges(
                    $"The operator is needed: a token with the app role {GraphPermissions.OperatorRole}, " +
                    $"or the key in {OperatorKey.FileName} of the data directory.");
            }

            if (error is not null)
            {
                await GraphErrorResult.WriteAsync(context, error);
                return;
            }

            context.Features.Set(caller);
        }

        await next(context);
    }

    private bool IsOperatorKey(HttpRequest request) =>
        AccessTokens.TryGetToken(request, out ReadOnlySpan<char> token, out _) && operatorKey.Matches(token);

    [LoggerMessage(2000, LogLevel.Error, "The endpoint {Endpoint} declares no access rule and was not run. This is a bug in Tributary.")]
    private static partial void LogNoRule(ILogger logger, string? endpoint);
}
