using Microsoft.Extensions.Primitives;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Items;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Access.Log;

/// <summary><c>GET /tributary/access/log</c>: the access log as JSON lines. For administrators of a tenant that of their own one, for the operator all of it.</summary>
internal static class AccessLogEndpoints
{
    private static readonly string[] Parameters = ["from", "to", "userId", "appId", "connectionId", "itemId", "tenantId"];

    public static void MapAccessLog(this IEndpointRouteBuilder endpoints) => endpoints.MapGet("/tributary/access/log", Export).RequireAdministrator();

    /// <summary>There may be a log of earlier runs where none is written now.</summary>
    private static IResult Export(HttpContext http, [FromServices] AccessLog log)
    {
        var problems = new Problems();
        AccessLogFilter filter = Read(http.Request.Query, problems);
        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        if (http.Features.Get<Caller>() is { IsOperator: false } administrator)
        {
            if (filter.TenantId is not null && filter.TenantId != administrator.TenantId)
            {
                return new GraphErrorResult(GraphErrors.InsufficientPrivileges("tenantId: An administrator reads the access log of his own tenant only."));
            }

            filter = filter with { TenantId = administrator.TenantId };
        }

        // It may be long, so it is sent as it is read; what fails on the way ends the connection, and a client sees that.
        return TypedResults.Stream(
            async stream =>
            {
                await AccessLogReader.CopyAsync(log.Directory, filter, stream, http.RequestAborted);
                if (!http.Response.HasStarted)
                {
                    // Nothing was wanted of it; said here, so that HEAD says so, too.
                    http.Response.ContentLength = 0;
                }
            },
            "application/x-ndjson");
    }

    private static AccessLogFilter Read(IQueryCollection query, Problems problems)
    {
        foreach ((string name, StringValues values) in query)
        {
            if (!Parameters.Contains(name, StringComparer.Ordinal))
            {
                problems.Rule(name, "UnknownParameter", $"There is no parameter '{name}'; there are {string.Join(", ", Parameters)}.");
            }
            else if (values.Count > 1 || string.IsNullOrEmpty(values[0]))
            {
                problems.Rule(name, "InvalidParameter", $"'{name}' must have one value.");
            }
        }

        return new AccessLogFilter
        {
            From = Instant("from"),
            To = Instant("to"),
            UserId = Id("userId"),
            AppId = Id("appId"),
            TenantId = Id("tenantId"),
            ConnectionId = query["connectionId"],
            ItemId = query["itemId"],
        };

        DateTimeOffset? Instant(string name)
        {
            if (query[name] is not [{ Length: > 0 } text])
            {
                return null;
            }

            if (!GraphDateTime.TryParse(text, out DateTimeOffset instant))
            {
                // A plus sign that was not escaped is a blank by now.
                problems.Rule(name, "InvalidParameter", $"'{name}' must be a date or an instant such as 2026-11-28 or 2026-11-28T09:00:00Z; write the plus sign of an offset as %2B.");
                return null;
            }

            return instant;
        }

        string? Id(string name)
        {
            if (query[name] is not [{ Length: > 0 } text])
            {
                return null;
            }

            string? id = GuidText.LowerOrNull(text);
            if (id is null)
            {
                problems.Rule(name, "InvalidParameter", $"'{name}' must be a GUID.");
            }

            return id;
        }
    }
}
