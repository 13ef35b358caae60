namespace Tributary.Telemetry;

/// <summary>
/// Keeps out of every log what came over the wire. Two of ASP.NET Core's categories write it as it came: the line about a request, with its query (codes, tokens, names and states of a sign-in;
/// filters of Graph's), and the one about a request that is no HTTP, with the piece that is wrong (which may be an Authorization header). Settings decide on all other categories.
/// </summary>
internal static class RequestsInLogs
{
    private static readonly string[] Categories = ["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"];

    /// <summary>
    /// Not one more rule: of those that fit, the longest name counts, and one of a single provider before all others, so that a setting could always win. Whichever rule counts in the end, it
    /// asks here too.
    /// </summary>
    public static void KeepOutRequests(this ILoggingBuilder logging) => logging.Services.PostConfigure<LoggerFilterOptions>(options =>
    {
        LoggerFilterRule[] rules = [.. options.Rules.Prepend(new LoggerFilterRule(null, null, options.MinLevel, null))];
        options.Rules.Clear();
        foreach (LoggerFilterRule rule in rules)
        {
            options.Rules.Add(new LoggerFilterRule(
                rule.ProviderName,
                rule.CategoryName,
                rule.LogLevel,
                (provider, category, level) => MayTell(category, level) && (rule.Filter is null || rule.Filter(provider, category, level))));
        }
    });

    /// <summary>From warnings on there are none of these lines.</summary>
    private static bool MayTell(string? category, LogLevel level) => level >= LogLevel.Warning || !Categories.Contains(category, StringComparer.OrdinalIgnoreCase);
}
