using System.Text.Json;
using Tributary.Auth;

namespace Tributary.Search;

/// <summary>
/// Reads the body of <c>/search/query</c> in the order of search 3.7: its shape and counts, what the entity types of all requests say together, whether the caller may
/// search for them, then the rest, of which everything that is wrong is told at once.
/// </summary>
internal static class SearchRequestReader
{
    /// <summary>Ten requests of the longest queries with all their sources and fields stay far below.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public static (IReadOnlyList<SearchRequest>? Requests, SearchError? Error) Read(JsonElement body, SearchOptions options, Caller caller)
    {
        if (body.Member("requests") is not { ValueKind: JsonValueKind.Array } array || array.GetArrayLength() == 0)
        {
            return (null, SearchErrors.Unreadable);
        }

        if (array.GetArrayLength() > options.MaxRequests)
        {
            return (null, SearchErrors.TooManyRequests(array.GetArrayLength(), options.MaxRequests));
        }

        JsonElement[] requests = [.. array.EnumerateArray()];
        if (requests.Index().Select(request => SearchCounts.ProblemOrNull(request.Item, request.Index, options)).FirstOrDefault(problem => problem is not null) is { } tooMany)
        {
            return (null, tooMany);
        }

        EntityType?[][] named = [.. requests.Select(request => (request.Texts("entityTypes") ?? []).Select(EntityTypes.FindOrNull).ToArray())];
        if (named.Any(types => types.Length == 0 || types.Contains(null)))
        {
            return (null, SearchErrors.Unreadable);
        }

        EntityType[][] typesOf = [.. named.Select(types => types.Select(type => type!).Distinct().ToArray())];
        if (TypesProblemOrNull(requests, typesOf) is { } wrong)
        {
            return (null, wrong);
        }

        if (typesOf.Select(types => EntityTypes.RefusalOrNull(caller, types, options)).FirstOrDefault(refusal => refusal is not null) is { } refusal)
        {
            return (null, refusal);
        }

        var read = requests.Index().Select(request => new EntityRequestReader(request.Item, requests[0], request.Index, typesOf[request.Index], options, caller.IsDelegated).Read()).ToArray();
        SearchRequest[] made = [.. read.Select(one => one.Request)];
        return (SearchError.JoinOrNull(read.Select(one => one.Problems)) ?? TogetherOrNull(made, requests)) is { } error ? (null, error) : (made, null);
    }

    /// <summary>What is wrong about the entity types of a call, or where content sources are sent to them: E4, E5, E7.</summary>
    private static SearchError? TypesProblemOrNull(JsonElement[] requests, EntityType[][] typesOf)
    {
        if (typesOf.SelectMany(types => types).GroupBy(type => type).Any(same => same.Count() > 1))
        {
            return SearchErrors.DuplicateEntityType;
        }

        if (typesOf.Count(types => types.Any(type => type.IsFile)) > 1)
        {
            return SearchErrors.FileTypesInTwoRequests;
        }

        return SearchError.JoinOrNull(requests.Zip(typesOf, ProblemsOf));

        static IReadOnlyList<SearchError> ProblemsOf(JsonElement request, EntityType[] types)
        {
            if (!types.Any(type => type.IsExternalItem))
            {
                return request.Count("contentSources") > 0 ? [SearchErrors.ContentSourceForbidden] : [];
            }

            return [.. types.Where(type => !type.IsExternalItem && !type.IsFile)
                .Select(type => SearchErrors.Entity($"Entity type '{type.Name}' cannot be combined with externalItem"))];
        }
    }

    /// <summary>What the requests of a call must have in common (search 4.1).</summary>
    private static SearchError? TogetherOrNull(SearchRequest[] requests, JsonElement[] bodies)
    {
        SearchRequest first = requests[0];
        if (requests.Any(request => request.From != first.From || request.Size != first.Size || request.QueryString != first.QueryString))
        {
            return SearchErrors.DifferentPages;
        }

        bool isAlteredLater = bodies.Skip(1)
            .Any(body => body.Member("queryAlterationOptions") is { } alteration && (alteration.IsTrue("enableSuggestion") || alteration.IsTrue("enableModification")));
        return isAlteredLater ? SearchErrors.AlterationInLaterRequest : null;
    }
}
