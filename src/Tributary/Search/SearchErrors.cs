using System.Globalization;
using Tributary.Search.Kql;

namespace Tributary.Search;

/// <summary>The errors of the search service, to the letter of what was observed (search 15.2 to 15.4).</summary>
internal static class SearchErrors
{
    private const int RetryAfterSeconds = 5;

    /// <summary>E2, E8: a shape or entity type that the service cannot read.</summary>
    public static readonly SearchError Unreadable = new(400, "BadRequest", "The call failed, please try again.") { HasHttpCode = false };

    /// <summary>E1.</summary>
    public static readonly SearchError QueryStringRequired = new(
        400, "BadRequest", "SearchRequest Invalid (EntityRequest Invalid (searchRequest -> query is invalid (queryString required)))")
    {
        Details =
        [
            SearchErrorDetail.EntityRequest(
                new SearchErrorDetail("searchRequest -> query is invalid (queryString required)") { Inner = [new SearchErrorDetail("queryString required")] }),
        ],
    };

    /// <summary>E4.</summary>
    public static readonly SearchError DuplicateEntityType = Request("Entity types must not be duplicates in multiple entity requests");

    /// <summary>E5.</summary>
    public static readonly SearchError FileTypesInTwoRequests = Request("File entity types can only appear in one entity request");

    /// <summary>What requests of one call must have in common (search 4.1).</summary>
    public static readonly SearchError DifferentPages = Request("from, size and query.queryString must be the same in all entity requests");

    /// <summary>Spelling is for the first request of a call (search 4.1).</summary>
    public static readonly SearchError AlterationInLaterRequest = Request("queryAlterationOptions can only be enabled in the first entity request");

    /// <summary>E6.</summary>
    public static readonly SearchError ContentSourceRequired = Entity("Content Source cannot be null or empty for entity type - ExternalItem");

    /// <summary>E7.</summary>
    public static readonly SearchError ContentSourceForbidden = Entity("Content Source is required only for ExternalItem");

    /// <summary>E3.</summary>
    public static readonly SearchError RegionRequired = Request("Region is required when request with application permission.");

    /// <summary>E3b.</summary>
    public static readonly SearchError RegionForbidden = Request("Region is not supported when request with delegated permission.");

    /// <summary>E3c.</summary>
    public static SearchError RegionNotFound(string region, IEnumerable<string> valid) =>
        Plain($"Requested region {region} not found. Only valid regions are {string.Join(", ", valid)}.");

    /// <summary>15.4: guests, and applications that call for themselves.</summary>
    public static readonly SearchError NotAuthorized = new(403, "Forbidden", "The service is not authorized for provided user credentials");

    /// <summary>Nobody says whether the user is a guest, and guests are not served.</summary>
    public static readonly SearchError MayBeGuest = new(
        403,
        "Forbidden",
        "The directory does not know the user, and the token does not say whether he is a guest (acct, idp or Auth:Claims:Guest), which Search:AllowGuests does not let in.");

    /// <summary>A token that could not carry all groups: trimming by the rest could miss a deny.</summary>
    public static readonly SearchError GroupsOverage = new(
        403,
        "Forbidden",
        "The token does not carry the user's groups, as there are too many of them (hasgroups, _claim_names), and no directory is configured to resolve them.");

    /// <summary>Groups by their names, say: trimming by those that could be read could miss a deny.</summary>
    public static readonly SearchError UnreadableGroups = new(
        403,
        "Forbidden",
        "The token's groups are no list of object ids (groups, or the claim of Auth:Claims:Groups), and no directory is configured to tell them.");

    /// <summary>Trimming by some of a user's external groups only could miss a deny.</summary>
    public static SearchError TooManyGroups(int max) => new(
        403, "Forbidden", string.Create(CultureInfo.InvariantCulture, $"The user is in more than {max} external groups of a connection, which is the limit."));

    /// <summary>E9.</summary>
    public static SearchError PageTooLarge(int max) => Plain($"The maximum allowed page size is {max.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>E10.</summary>
    public static SearchError TooDeep(int from, int max) =>
        Plain(string.Create(CultureInfo.InvariantCulture, $"Received skip={from} with state=0, configured max difference={max}"));

    /// <summary>Hits that are too large to be answered together. Leaving some out would lose them to a client that goes on by its own page size.</summary>
    /// <param name="path">Of the page's size.</param>
    /// <param name="max">What they may have.</param>
    public static SearchError PageTooHeavy(string path, long max) => Entity(string.Create(
        CultureInfo.InvariantCulture, $"{path} asks for hits whose items have more than {max} bytes together; ask for fewer at a time"));

    /// <summary>More requests than a call may have.</summary>
    public static SearchError TooManyRequests(int count, int max) => Request(TooManyEntries("requests", count, max));

    /// <summary>More entries than a collection of a request may have.</summary>
    public static SearchError TooMany(string path, int count, int max) => Entity(TooManyEntries(path, count, max));

    /// <summary>A query that asks for more to be looked up than one may.</summary>
    /// <param name="breadth">What there is too much of.</param>
    /// <param name="path">Of the query.</param>
    /// <param name="maxTerms">The most words that may be looked up.</param>
    public static SearchError TooBroad(QueryBreadth breadth, string path, int maxTerms) => Entity(breadth switch
    {
        QueryBreadth.Expansions => string.Create(
            CultureInfo.InvariantCulture,
            $"{path} has more than {KqlLimits.MaxExpansions} different words that end in * and ranges"),
        QueryBreadth.Proximity => $"{path} has more, or deeper nested, NEAR and ONEAR, or more phrases that end in *, than can be looked up together",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"{path} has words that end in * for which more than {maxTerms} words would be looked up; write longer beginnings"),
    });

    /// <summary>7.9, where <see cref="SearchOptions.StrictQueries"/> asks for it.</summary>
    /// <param name="path">Of what the query comes from.</param>
    /// <param name="problem">Where and what: see <see cref="KqlError.Describe"/>. Of a template, where in what it becomes.</param>
    public static SearchError Malformed(string path, string problem) => Entity($"{path} is malformed {problem.TrimEnd('.')}");

    /// <summary>The search was given up; nothing is known to be wrong with it.</summary>
    public static SearchError TimedOut(TimeSpan timeout) =>
        new(503, "ServiceUnavailable", $"The search was not finished within {timeout.ToString("c", CultureInfo.InvariantCulture)} and was given up.")
        {
            RetryAfterSeconds = RetryAfterSeconds,
        };

    /// <summary>Nothing is shown that is not written down.</summary>
    public static readonly SearchError AccessLogUnavailable =
        new(503, "ServiceUnavailable", "The access log cannot be written at the moment, so nothing can be shown (Access:Log).") { RetryAfterSeconds = RetryAfterSeconds };

    /// <summary>A rule of one request whose wording on the real service is not known.</summary>
    public static SearchError Entity(string reason) => new(400, "BadRequest", $"SearchRequest Invalid (EntityRequest Invalid ({reason}))")
    {
        Details = [SearchErrorDetail.EntityRequest(new SearchErrorDetail(reason))],
    };

    /// <summary>15.3: names what is needed and what the token has.</summary>
    public static SearchError MissingPermission(string kind, string required, IEnumerable<string> granted) => new(
        403,
        "Forbidden",
        $"Access to {kind} in Graph API requires the following permissions: {required}. However, the application only has the following permissions granted: "
        + string.Join(", ", granted.Order(StringComparer.OrdinalIgnoreCase)));

    private static string TooManyEntries(string path, int count, int max) =>
        string.Create(CultureInfo.InvariantCulture, $"{path} has {count} entries, at most {max} are allowed");

    private static SearchError Request(string reason) => new(400, "BadRequest", $"SearchRequest Invalid ({reason})") { Details = [new SearchErrorDetail(reason)] };

    private static SearchError Plain(string message) => new(400, "BadRequest", message) { Details = [new SearchErrorDetail(message)] };
}
