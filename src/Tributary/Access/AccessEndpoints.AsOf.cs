using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Connections;
using Tributary.Graph;

namespace Tributary.Access;

/// <content>The same of a past instant (<c>asOf</c>), as far as history is kept.</content>
internal static partial class AccessEndpoints
{
    private static async Task<Results<GraphResult, GraphErrorResult>> AnswerAsOfAsync(
        AccessQuestion question, string tenantId, DateTimeOffset at, AccessServices services, Problems problems, CancellationToken cancellationToken)
    {
        if (services.Past.ProblemOrNull(at) is { } problem)
        {
            return new GraphErrorResult(GraphErrors.Invalid("$.asOf", "InvalidAsOf", problem));
        }

        if (services.Past.TellsGroups(tenantId, at))
        {
            CheckStated(question, tenantId, services, problems);
        }

        // Names are not kept: one is that of who has it today.
        (string? userId, GraphError? error) = await UserOfAsync(question, tenantId, services, problems, cancellationToken);
        if (error is not null || problems.Count > 0)
        {
            return new GraphErrorResult(error ?? GraphErrors.Invalid(problems));
        }

        if (await services.Past.FindConnectionOrNullAsync(tenantId, question.ConnectionId, at, cancellationToken) is not { } key)
        {
            return new GraphErrorResult(GraphErrors.NotFound("Connection"));
        }

        StoredConnection connection = await services.Connections.FindOrNullAsync(tenantId, question.ConnectionId, cancellationToken) is { } present && present.Key == key
            ? present
            : Deleted(key, tenantId, question.ConnectionId);
        var explainer = new AccessExplainer(connection, services.GroupOptions.Value, services.SearchOptions.Value);
        IAccessFacts facts = services.Past.FactsOf(tenantId, key, at, question.Stated(userId));
        Verdict verdict = await explainer.ExplainAsync(facts, userId!, question.ItemId!, cancellationToken);
        var explanation = new Explanation(verdict, null, null, null, new EffectBounds(question.MaxUsers, question.MaxItems, MaxLists));
        return GraphResult.Ok(writer => AccessJson.WriteAsOf(writer, connection, at, question.ItemId, explanation));
    }

    /// <summary>Of a connection that is gone, what an explanation asks: it had items, so it was ready.</summary>
    private static StoredConnection Deleted(ConnectionKey key, string tenantId, string id) => new(
        key,
        tenantId,
        new ExternalConnection { Id = id, Name = id, Configuration = new ConnectionConfiguration([]) },
        ConnectionState.Ready,
        IsDeleting: true,
        Version: 0,
        AcceptedSchema: 0,
        ActiveSchema: 0,
        ItemCount: 0,
        LastChange: 0);
}
