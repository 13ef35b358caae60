using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Search;

namespace Tributary.Access;

/// <summary>What is answered: a verdict, or those before and after a change with its effects.</summary>
internal sealed record Explanation(Verdict? Verdict, Verdict? Before, Verdict? After, Effects? Effects, EffectBounds Bounds);

/// <summary>
/// <c>POST /tributary/access/explain</c>: may this user see this item, why, and what would a change do. For administrators of a tenant about their own one, and for
/// the operator about every one.
/// </summary>
internal static partial class AccessEndpoints
{
    /// <summary>Access lists that name the groups of a change. Each is held against every user who is looked at, twice.</summary>
    private const int MaxLists = 10_000;

    public static void MapAccess(this IEndpointRouteBuilder endpoints) => endpoints.MapPost("/tributary/access/explain", ExplainAsync).RequireAdministrator();

    private static async Task<Results<GraphResult, GraphErrorResult>> ExplainAsync(HttpContext http, [AsParameters] AccessServices services)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var problems = new Problems();
        if (new AccessQuestionReader(services.ItemOptions.Value, services.GroupOptions.Value, problems).ReadOrNull(body.Root) is not { } question)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        (string? tenantId, GraphError? error) = TenantOf(http.Features.Get<Caller>(), question);
        if (tenantId is null)
        {
            return new GraphErrorResult(error!);
        }

        TimeSpan timeout = services.SearchOptions.Value.Timeout;
        using var deadline = SearchDeadline.Start(timeout, services.Time, http.RequestAborted);
        try
        {
            return await AnswerAsync(question, tenantId, services, problems, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsPassed && !http.RequestAborted.IsCancellationRequested)
        {
            throw new TimeoutException($"Access was not explained within {timeout}; ask for less with maxUsers.");
        }
    }

    /// <summary>An administrator's is that of his token, and nothing else; what he hears of another one does not depend on whether it is there.</summary>
    private static (string? TenantId, GraphError? Error) TenantOf(Caller? caller, AccessQuestion question)
    {
        if (caller is { IsOperator: false })
        {
            return question.TenantId is null || question.TenantId == caller.TenantId
                ? (caller.TenantId, null)
                : (null, GraphErrors.InsufficientPrivileges("$.tenantId: An administrator explains the access of his own tenant only."));
        }

        return (question.TenantId ?? caller?.TenantId) is { } tenantId
            ? (tenantId, null)
            : (null, GraphErrors.Invalid("$.tenantId", "MissingMember", "The operator's key is of no tenant: the body needs 'tenantId'."));
    }

    private static async Task<Results<GraphResult, GraphErrorResult>> AnswerAsync(
        AccessQuestion question, string tenantId, AccessServices services, Problems problems, CancellationToken cancellationToken)
    {
        if (question.AsOf is { } at)
        {
            return await AnswerAsOfAsync(question, tenantId, at, services, problems, cancellationToken);
        }

        if (await services.Connections.FindOrNullAsync(tenantId, question.ConnectionId, cancellationToken) is not { IsDeleting: false } connection)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        CheckStated(question, tenantId, services, problems);
        (string? userId, GraphError? error) = await UserOfAsync(question, tenantId, services, problems, cancellationToken);
        if (error is not null || problems.Count > 0)
        {
            return new GraphErrorResult(error ?? GraphErrors.Invalid(problems));
        }

        var now = new CurrentAccessFacts(connection, question.Stated(userId), services);
        if (question.ItemId is { } itemId && question.WhatIf is not { IsPut: true } && await now.FindItemOrNullAsync(itemId, cancellationToken) is null)
        {
            return new GraphErrorResult(GraphErrors.NotFound(ItemEndpoints.Source));
        }

        if (question.WhatIf is { } change && !await MayBeMadeAsync(question, change, connection, now, services, problems, cancellationToken))
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        Explanation explanation = await ExplanationOfAsync(question, userId, connection, now, services, cancellationToken);
        return GraphResult.Ok(writer => AccessJson.Write(writer, connection, now.At, question.ItemId, explanation));
    }

    private static async Task<Explanation> ExplanationOfAsync(
        AccessQuestion question, string? userId, StoredConnection connection, CurrentAccessFacts now, AccessServices services, CancellationToken cancellationToken)
    {
        var explainer = new AccessExplainer(connection, services.GroupOptions.Value, services.SearchOptions.Value);
        var bounds = new EffectBounds(question.MaxUsers, question.MaxItems, MaxLists);
        if (question.WhatIf is not { } whatIf)
        {
            return new Explanation(await explainer.ExplainAsync(now, userId!, question.ItemId!, cancellationToken), null, null, null, bounds);
        }

        var then = new WhatIfFacts(now, question.ItemId, whatIf);
        Verdict? before = null, after = null;
        if (userId is not null && question.ItemId is { } itemId)
        {
            before = await explainer.ExplainAsync(now, userId, itemId, cancellationToken);
            after = await explainer.ExplainAsync(then, userId, itemId, cancellationToken);
        }

        var effects = new EffectFinder(connection, explainer, services, now, then, bounds);
        return new Explanation(null, before, after, await effects.FindAsync(whatIf, question.ItemId, userId, cancellationToken), bounds);
    }

    /// <summary>Where a directory tells the groups, a search does not look at those of a token, so no explanation may either.</summary>
    private static void CheckStated(AccessQuestion question, string tenantId, AccessServices services, Problems problems)
    {
        if (services.Directories.OfOrNull(tenantId) is null)
        {
            return;
        }

        if (question.Groups is not null)
        {
            problems.Rule("$.groups", "DirectoryTells", "The tenant's directory tells the user's groups: leave 'groups' out, and ask for others with 'whatIf'.");
        }

        if (question.HasGroupsOverage)
        {
            problems.Rule("$.hasGroupsOverage", "DirectoryTells", "The tenant's directory tells the user's groups, however many there are: leave 'hasGroupsOverage' out.");
        }
    }

    private static async Task<(string? UserId, GraphError? Error)> UserOfAsync(
        AccessQuestion question, string tenantId, AccessServices services, Problems problems, CancellationToken cancellationToken)
    {
        if (question.User is not { } user)
        {
            return (null, null);
        }

        if (GuidText.LowerOrNull(user) is { } id)
        {
            // Nobody needs to know him: a search with his token would be answered too.
            return (id, null);
        }

        if (services.Directories.OfOrNull(tenantId) is not { } directory)
        {
            problems.Rule("$.userId", "InvalidUserId", $"No directory is configured to look for the name '{user}': give the user's object id, a GUID ('oid' of his tokens, or what 'tributary id' prints).");
            return (null, null);
        }

        return await directory.FindUserOrNullAsync(tenantId, user, cancellationToken) is { } found ? (found.Id, null) : (null, GraphErrors.NotFound("User"));
    }

    /// <summary>Whether the change could be made, as those say who would be asked to make it.</summary>
    private static async Task<bool> MayBeMadeAsync(
        AccessQuestion question, WhatIf change, StoredConnection connection, CurrentAccessFacts now, AccessServices services, Problems problems, CancellationToken cancellationToken)
    {
        string path = change.IsPut ? "$.whatIf.item.acl" : "$.whatIf.acl";
        if (change.Acl is { } acl && connection.Connection.ContentCategory == ContentCategory.People)
        {
            ItemRules.CheckAclOfPerson(acl, path, problems);
        }

        if (change.IsPut && !ItemId.TryParse(question.ItemId, services.ItemOptions.Value.LenientIds, out _))
        {
            problems.Rule("$.itemId", ItemRules.InvalidItemId, $"An item cannot have the id '{question.ItemId}'.");
        }

        await new MembershipCheck(connection, now.Stated, services, now).CheckAsync(change.Memberships, problems, cancellationToken);
        return problems.Count == 0;
    }
}
