using System.Text;
using System.Text.Json;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Operations;

namespace Tributary.Faults;

/// <summary>Reads a rule and tells everything that is wrong with it. With a rule to start from, what was not sent stays as it is there.</summary>
internal static class FaultRuleReader
{
    /// <summary>Bytes of a raw body.</summary>
    public const int LongestBody = 1024 * 1024;

    private const int LongestName = 256;
    private const int LongestHeader = 8 * 1024;
    private const string Wrong = "InvalidFault";
    private const string Conflict = "ConflictingMembers";

    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private static readonly GraphType RuleType = new(
        "tributary.fault", isOpen: false, "displayName", "kind", "match", "fromCall", "toCall", "probability", "seed", "count", "expirationDateTime",
        "expiresIn", "when", "delay", "answer", "abort", "truncateAt", "operationError");

    private static readonly GraphType MatchType = new("tributary.faultMatch", isOpen: false, "methods", "path", "version", "tenantId", "appId", "connectionId");

    private static readonly GraphType AnswerType = new("tributary.faultAnswer", isOpen: false, "status", "error", "body", "headers");

    private static readonly GraphType ErrorType = new("tributary.faultError", isOpen: false, "code", "message", "innerError");

    private static readonly GraphType InnerErrorType = new("tributary.faultInnerError", isOpen: false, "code", "message");

    private static readonly GraphType HeadersType = new("tributary.faultHeaders", isOpen: true);

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>Headers that are the connection's, or that every answer has anyway.</summary>
    private static readonly string[] ReservedHeaders =
    [
        "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "request-id", "client-request-id", "x-ms-ags-diagnostic",
    ];

    /// <param name="root">The body.</param>
    /// <param name="current">The rule to change; null for a new one.</param>
    /// <param name="now">By the server's clock.</param>
    /// <param name="routes">The paths that there are.</param>
    /// <param name="problems">Takes what is wrong; what is returned is a rule only if there is nothing.</param>
    public static FaultRule Read(JsonElement root, FaultRule? current, DateTimeOffset now, IReadOnlyCollection<RouteEndpoint> routes, Problems problems)
    {
        FaultRule rule = current ?? new FaultRule();
        if (GraphObject.Open(root, "$", RuleType, GraphVersion.V1, problems) is not { } body)
        {
            return rule;
        }

        if (body.Has("displayName"))
        {
            rule = rule with { DisplayName = TextOrNull(body, "displayName", LongestName, problems) };
        }

        if (body.Has("kind"))
        {
            rule = rule with { Kind = body.EnumOrNull<FaultKind>("kind") ?? FaultKind.Request };
        }

        if (body.Has("match"))
        {
            rule = rule with { Match = ReadMatch(body, routes, problems) };
        }

        rule = ReadSchedule(body, rule, now, problems);
        rule = ReadEffect(body, rule, problems);
        Check(rule, body, problems);
        return rule.Kind == FaultKind.SchemaOperation && rule.OperationError is null ? rule with { OperationError = PublicError.Default } : rule;
    }

    private static FaultMatch ReadMatch(GraphObject body, IReadOnlyCollection<RouteEndpoint> routes, Problems problems)
    {
        if (body.ObjectOrNull("match", MatchType, GraphVersion.V1) is not { } match)
        {
            return new FaultMatch();
        }

        GraphVersion? version = null;
        if (match.StringOrNull("version") is { } name)
        {
            version = name.ToLowerInvariant() switch { "v1.0" => GraphVersion.V1, "beta" => GraphVersion.Beta, _ => null };
            if (version is null)
            {
                problems.Rule(match.PathOf("version"), Wrong, "The version must be \"v1.0\" or \"beta\".");
            }
        }

        return new FaultMatch
        {
            Methods = ReadMethods(match, problems),
            Path = ReadPath(match, routes, problems),
            Version = version,
            TenantId = ReadId(match, "tenantId", problems),
            AppId = ReadId(match, "appId", problems),
            ConnectionId = TextOrNull(match, "connectionId", LongestName, problems),
        };
    }

    private static List<string>? ReadMethods(GraphObject match, Problems problems)
    {
        if (match.LocatedStringsOrNull("methods") is not { } sent)
        {
            return null;
        }

        if (sent.Count == 0)
        {
            problems.Rule(match.PathOf("methods"), Wrong, "'methods' must name at least one; leave it out for all.");
        }

        foreach ((string method, string path) in sent)
        {
            if (!Methods.Contains(method, StringComparer.OrdinalIgnoreCase))
            {
                problems.Rule(path, Wrong, $"'{method}' is none of {string.Join(", ", Methods)}.");
            }
        }

        return [.. sent.Select(method => method.Text.ToUpperInvariant()).Distinct()];
    }

    private static FaultPath? ReadPath(GraphObject match, IReadOnlyCollection<RouteEndpoint> routes, Problems problems)
    {
        if (match.StringOrNull("path") is not { } text)
        {
            return null;
        }

        (FaultPath? path, string? problem) = FaultPath.Parse(text);
        if (path is not null && !routes.Any(route => path.MayMatch(route.RoutePattern)))
        {
            problem = $"No path of the API is like '{text}'.";
        }

        if (problem is not null)
        {
            problems.Rule(match.PathOf("path"), Wrong, problem);
        }

        return path;
    }

    private static string? ReadId(GraphObject match, string name, Problems problems)
    {
        if (match.StringOrNull(name) is not { } text)
        {
            return null;
        }

        if (GuidText.TryRead(text, out Guid id))
        {
            return id.ToString("D");
        }

        problems.Rule(match.PathOf(name), Wrong, $"'{name}' must be a GUID.");
        return null;
    }

    private static FaultRule ReadSchedule(GraphObject body, FaultRule rule, DateTimeOffset now, Problems problems)
    {
        if (body.Has("fromCall"))
        {
            rule = rule with { FromCall = AtLeast(body, "fromCall", 1, problems) ?? 1 };
        }

        if (body.Has("toCall"))
        {
            rule = rule with { ToCall = AtLeast(body, "toCall", 1, problems) };
        }

        if (rule.ToCall < rule.FromCall)
        {
            problems.Rule("$.toCall", Wrong, "'toCall' must not be less than 'fromCall'.");
        }

        if (body.Has("count"))
        {
            rule = rule with { Count = AtLeast(body, "count", 1, problems) };
        }

        if (body.Has("probability"))
        {
            rule = rule with { Probability = ReadProbability(body, problems) };
        }

        int? seed = body.Int32OrNull("seed");
        if (seed is not null && rule.Probability is null)
        {
            problems.Rule("$.seed", Wrong, "A seed has no effect without 'probability'.");
        }

        // The seed that is made up is shown, so that the run can be had again.
        bool isNew = rule.Probability is not null && (body.Has("seed") || body.Has("probability"));
        rule = rule with { Seed = seed ?? (isNew ? Random.Shared.Next() : rule.Seed) };
        return ReadExpiry(body, rule, now, problems);
    }

    private static double? ReadProbability(GraphObject body, Problems problems)
    {
        if (body.ValueOrNull("probability") is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double probability) && probability is > 0 and <= 1)
        {
            return probability;
        }

        problems.Rule("$.probability", Wrong, "The probability must be a number above 0, up to 1.");
        return null;
    }

    private static FaultRule ReadExpiry(GraphObject body, FaultRule rule, DateTimeOffset now, Problems problems)
    {
        if (body.ValueOrNull("expiresIn") is not null && body.ValueOrNull("expirationDateTime") is not null)
        {
            problems.Rule("$.expiresIn", Conflict, "'expiresIn' and 'expirationDateTime' exclude each other.");
            return rule;
        }

        if (body.Has("expiresIn"))
        {
            TimeSpan? expiresIn = GraphDuration.OrNull(body, "expiresIn", problems);
            if (expiresIn <= TimeSpan.Zero || expiresIn > DateTimeOffset.MaxValue - now)
            {
                problems.Rule("$.expiresIn", Wrong, "A rule must expire in the future.");
                return rule;
            }

            return rule with { Expires = now + expiresIn };
        }

        if (!body.Has("expirationDateTime"))
        {
            return rule;
        }

        DateTimeOffset? expires = null;
        if (body.StringOrNull("expirationDateTime") is { } text)
        {
            if (!GraphDateTime.TryParse(text, out DateTimeOffset parsed))
            {
                problems.Rule("$.expirationDateTime", "InvalidDateTime", "'expirationDateTime' must be an ISO 8601 date and time.");
            }
            else if (parsed <= now)
            {
                problems.Rule("$.expirationDateTime", Wrong, "A rule must expire in the future.");
            }

            expires = parsed;
        }

        return rule with { Expires = expires };
    }

    private static FaultRule ReadEffect(GraphObject body, FaultRule rule, Problems problems)
    {
        if (body.Has("when"))
        {
            rule = rule with { When = body.EnumOrNull<FaultMoment>("when") ?? FaultMoment.Before };
        }

        if (body.Has("delay"))
        {
            TimeSpan? delay = GraphDuration.OrNull(body, "delay", problems);
            if (delay <= TimeSpan.Zero || delay > LongestDelay)
            {
                problems.Rule("$.delay", Wrong, "The delay must be longer than nothing and no longer than a day.");
            }

            rule = rule with { Delay = delay };
        }

        if (body.Has("answer"))
        {
            rule = rule with { Answer = ReadAnswer(body, problems) };
        }

        if (body.Has("abort"))
        {
            rule = rule with { Abort = body.BooleanOrNull("abort") ?? false };
        }

        if (body.Has("truncateAt"))
        {
            rule = rule with { TruncateAt = AtLeast(body, "truncateAt", 0, problems) };
        }

        if (body.Has("operationError"))
        {
            rule = rule with { OperationError = PublicError.ReadOrNull(body, "operationError", problems) };
        }

        return rule;
    }

    private static FaultAnswer? ReadAnswer(GraphObject body, Problems problems)
    {
        if (body.ObjectOrNull("answer", AnswerType, GraphVersion.V1) is not { } answer)
        {
            return null;
        }

        int status = answer.Int32OrNull("status") ?? 0;
        if (status is < 200 or > 599)
        {
            problems.Rule(answer.PathOf("status"), Wrong, "An answer needs a status from 200 to 599.");
        }

        FaultError? error = answer.ObjectOrNull("error", ErrorType, GraphVersion.V1) is { } sent ? ReadError(sent) : null;
        (ReadOnlyMemory<byte>? raw, bool isJson) = ReadBody(answer, problems);
        if (error is not null && raw is not null)
        {
            problems.Rule(answer.PathOf("body"), Conflict, "'error' and 'body' exclude each other.");
        }

        if (!FaultMiddleware.HasBody(status) && (error is not null || raw is not null))
        {
            problems.Rule(answer.PathOf("status"), Conflict, $"An answer with the status {status} has no body.");
        }

        return new FaultAnswer(status, error, raw, isJson, ReadHeaders(answer, problems));
    }

    private static FaultError ReadError(GraphObject sent) => new(
        sent.StringOrNull("code"),
        sent.StringOrNull("message"),
        sent.ObjectOrNull("innerError", InnerErrorType, GraphVersion.V1) is { } inner ? new FaultInnerError(inner.StringOrNull("code"), inner.StringOrNull("message")) : null);

    private static (ReadOnlyMemory<byte>? Body, bool IsJson) ReadBody(GraphObject answer, Problems problems)
    {
        if (answer.ValueOrNull("body") is not { } value)
        {
            return (null, false);
        }

        byte[]? body = null;
        bool isJson = value.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
        if (isJson)
        {
            body = Encoding.UTF8.GetBytes(value.GetRawText());
        }
        else if (answer.StringOf(value, answer.PathOf("body")) is { } text)
        {
            body = Encoding.UTF8.GetBytes(text);
        }

        if (body?.Length > LongestBody)
        {
            problems.Rule(answer.PathOf("body"), Wrong, $"The body is longer than {LongestBody} bytes.");
        }

        return (body, isJson);
    }

    private static List<KeyValuePair<string, string>> ReadHeaders(GraphObject answer, Problems problems)
    {
        List<KeyValuePair<string, string>> headers = [];
        foreach ((string name, JsonElement value) in answer.ObjectOrNull("headers", HeadersType, GraphVersion.V1)?.Dynamic ?? [])
        {
            string path = $"{answer.PathOf("headers")}.{name}";
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(HeaderNameCharacters))
            {
                problems.Rule(path, Wrong, "The name of a header is letters, digits and -_.!#$%&'*+^`|~.");
            }
            else if (ReservedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                problems.Rule(path, Wrong, $"The header '{name}' cannot be set.");
            }
            else if (headers.Exists(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                problems.Rule(path, Wrong, $"The header '{name}' stands more than once.");
            }
            else if (answer.StringOf(value, path) is { } text)
            {
                if (text.Length > LongestHeader || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
                {
                    problems.Rule(path, Wrong, $"The value of a header is printable ASCII, up to {LongestHeader} characters.");
                }

                headers.Add(new(name, text));
            }
        }

        return headers;
    }

    /// <summary>RFC 9110 5.6.2.</summary>
    private static readonly System.Buffers.SearchValues<char> HeaderNameCharacters =
        System.Buffers.SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What does not go together.</summary>
    private static void Check(FaultRule rule, GraphObject body, Problems problems)
    {
        FaultMatch match = rule.Match;
        bool isSchema = rule.Kind == FaultKind.SchemaOperation;
        Refuse(isSchema && match.Methods is not null, "$.match.methods", "A schema operation has no method.");
        Refuse(isSchema && match.Path is not null, "$.match.path", "A schema operation has no path.");
        Refuse(isSchema && rule.When != FaultMoment.Before, "$.when", "A schema operation fails when it is due.");
        Refuse(isSchema && rule.Delay is not null, "$.delay", "Schemas:ProvisioningDelay says how long a schema operation takes.");
        Refuse(isSchema && rule.Answer is not null, "$.answer", "A schema operation has an 'operationError', no answer.");
        Refuse(isSchema && rule.Abort, "$.abort", "A schema operation has no connection to cut.");
        Refuse(isSchema && rule.TruncateAt is not null, "$.truncateAt", "A schema operation has no answer.");
        Refuse(!isSchema && rule.OperationError is not null, "$.operationError", "Only a schema operation has an 'operationError'.");

        bool isToken = rule.Kind == FaultKind.Token;
        Refuse(isToken && match.Methods is not null, "$.match.methods", "The token endpoint takes POST only.");
        Refuse(isToken && match.Path is not null, "$.match.path", "The token endpoint is one path.");
        Refuse(isToken && match.Version is not null, "$.match.version", "The token endpoint has no version.");
        Refuse(isToken && match.AppId is not null, "$.match.appId", "Whose token it is stands in the body, which rules do not look at.");
        Refuse(isToken && match.ConnectionId is not null, "$.match.connectionId", "The token endpoint knows no connections.");
        Refuse(isToken && rule.Answer?.Error?.Inner is not null, "$.answer.error.innerError", "The errors of the token endpoint have no inner error.");

        Refuse(rule.Abort && rule.Answer is not null, "$.abort", "'abort' and 'answer' exclude each other.");
        Refuse(rule.Abort && rule.TruncateAt is not null, "$.abort", "'abort' and 'truncateAt' exclude each other.");

        bool hasEffect = isSchema || rule.Delay is not null || rule.Answer is not null || rule.Abort || rule.TruncateAt is not null;
        if (!hasEffect && !body.Has("delay") && !body.Has("answer") && !body.Has("truncateAt"))
        {
            problems.Rule("$", Wrong, "A fault needs at least one of 'delay', 'answer', 'abort' and 'truncateAt'.");
        }
        else if (!hasEffect && problems.Count == 0)
        {
            problems.Rule("$", Wrong, "Nothing would be left of the fault: it needs at least one of 'delay', 'answer', 'abort' and 'truncateAt'.");
        }

        void Refuse(bool isWrong, string path, string reason)
        {
            if (isWrong)
            {
                problems.Rule(path, Conflict, reason);
            }
        }
    }

    private static int? AtLeast(GraphObject body, string name, int least, Problems problems)
    {
        int? number = body.Int32OrNull(name);
        if (number < least)
        {
            problems.Rule(body.PathOf(name), Wrong, $"'{name}' must be {least} or more.");
        }

        return number;
    }

    private static string? TextOrNull(GraphObject body, string name, int longest, Problems problems)
    {
        string? text = body.StringOrNull(name);
        if (text is not null && (text.Length == 0 || text.Length > longest))
        {
            problems.Rule(body.PathOf(name), Wrong, $"'{name}' must have from 1 to {longest} characters.");
        }

        return text;
    }
}
