using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Tributary.Auth;
using Tributary.Graph;
using Tributary.Items;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Clock;

/// <summary><c>/tributary/clock</c>: the operator reads, stops and moves the server's time. docs/operations.md shows how.</summary>
internal static class ClockEndpoints
{
    private static readonly GraphType Type = new("tributary.clock", isOpen: false, "now", "advance", "isFrozen");

    public static void MapClock(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder clock = endpoints.MapGroup("/tributary/clock");
        clock.RequireOperator();
        if (endpoints.ServiceProvider.GetService<VirtualTimeProvider>() is null)
        {
            clock.MapMethods("", ["GET", "POST", "PATCH"], () => new GraphErrorResult(GraphErrors.SwitchedOff("The virtual clock", "--virtual-clock")));
            return;
        }

        clock.MapGet("", Get);
        clock.MapPatch("", ChangeAsync);
        clock.MapPost("", ChangeAsync);
    }

    private static GraphResult Get([FromServices] VirtualTimeProvider clock) => Showing(clock.Read());

    private static async Task<Results<GraphResult, GraphErrorResult>> ChangeAsync(HttpContext http, [FromServices] VirtualTimeProvider clock)
    {
        using RequestBody body = await RequestBody.ReadAsync(http);
        if (body.Error is not null)
        {
            return new GraphErrorResult(body.Error);
        }

        var problems = new Problems();
        ClockChange change = Read(body, problems);
        if (problems.Count > 0)
        {
            return new GraphErrorResult(GraphErrors.Invalid(problems));
        }

        return clock.TryChange(change, out ClockReading reading)
            ? Showing(reading)
            : new GraphErrorResult(Refusal(change, reading));
    }

    private static ClockChange Read(RequestBody body, Problems problems)
    {
        if (GraphObject.Open(body.Root, "$", Type, GraphVersion.V1, problems) is not { } members)
        {
            return default;
        }

        DateTimeOffset? now = null;
        if (members.StringOrNull("now") is { } text)
        {
            if (GraphDateTime.TryParse(text, out DateTimeOffset parsed))
            {
                now = parsed;
            }
            else
            {
                problems.Rule("$.now", "InvalidDateTime", "'now' must be an ISO 8601 date and time, such as \"2027-01-01T00:00:00Z\".");
            }
        }

        TimeSpan? advance = GraphDuration.OrNull(members, "advance", problems);
        bool? isFrozen = members.BooleanOrNull("isFrozen");
        if (members.Has("now") && members.Has("advance"))
        {
            problems.Rule("$.advance", "ConflictingMembers", "'now' and 'advance' exclude each other.");
        }

        if (problems.Count == 0 && now is null && advance is null && isFrozen is null)
        {
            problems.Rule("$", "NothingToDo", "The body must have at least one of 'now', 'advance' and 'isFrozen'.");
        }

        return new ClockChange(now, advance, isFrozen);
    }

    private static GraphError Refusal(ClockChange change, ClockReading reading)
    {
        string path = change.UtcNow is null ? "$.advance" : "$.now";
        bool isBackwards = change.UtcNow < reading.UtcNow || change.Advance < TimeSpan.Zero;
        string reason = isBackwards
            ? "The clock cannot go backwards: what was stored, issued and fired by the later time would not be undone. Start another server for an earlier time."
            : $"The clock goes no further than {Text(VirtualTimeProvider.Latest)}.";
        return GraphErrors.Invalid(path, isBackwards ? "ClockCannotGoBackwards" : "ClockOutOfRange", $"It is {Text(reading.UtcNow)}. {reason}");
    }

    private static GraphResult Showing(ClockReading reading) => GraphResult.Ok(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("now", Text(reading.UtcNow));
        writer.WriteBoolean("isFrozen", reading.IsFrozen);
        writer.WriteString("offset", GraphDuration.ToText(reading.Offset));
        writer.WriteEndObject();
    });

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
}
