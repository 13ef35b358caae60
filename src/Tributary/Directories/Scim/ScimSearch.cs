using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tributary.Directories.Scim;

/// <param name="Total">Of all that match.</param>
internal sealed record ScimFound(int Total, IReadOnlyList<ScimRecord> Page);

/// <summary>
/// Answers lists. What provisioners ask all the time (<c>userName</c>, <c>externalId</c>, <c>displayName</c>, <c>id</c> and <c>members</c> with <c>eq</c>, alone or
/// with further terms by <c>and</c>) is looked up; any other filter is held against every resource, batch after batch.
/// </summary>
internal sealed class ScimSearch(IScimStore store)
{
    /// <summary>To sort, all that match have to be looked at before the first is known.</summary>
    public const int MaxSorted = 10_000;

    private const int BatchSize = 200;

    public async ValueTask<(ScimFound? Found, ScimError? Error)> RunAsync(
        string tenant, ScimResourceType type, ScimQuery query, ScimJson json, CancellationToken cancellationToken)
    {
        if (query is { Filter: null, SortBy: null })
        {
            return (new ScimFound(
                await store.CountAsync(tenant, type.Kind, cancellationToken),
                query.Count == 0 ? [] : await store.ListFromAsync(tenant, type.Kind, query.StartIndex - 1, query.Count, cancellationToken)), null);
        }

        int total = 0;
        var page = new List<ScimRecord>();
        var sorted = new List<(SortKey Key, ScimRecord Record)>();
        await foreach ((ScimRecord record, JsonObject resource) in MatchesAsync(tenant, type, query.Filter, json, cancellationToken))
        {
            total++;
            if (query.SortBy is { } sortBy)
            {
                if (total > MaxSorted)
                {
                    return (null, ScimErrors.TooMany(MaxSorted));
                }

                sorted.Add((SortKey.Of(resource, sortBy, type), record));
            }
            else if (total >= query.StartIndex && page.Count < query.Count)
            {
                page.Add(record);
            }
        }

        if (query.SortBy is not null)
        {
            // A stable order also among equals, so that no page repeats what another had: the one of the ids, in which they came.
            IEnumerable<(SortKey Key, ScimRecord Record)> ordered = query.IsDescending ? sorted.OrderByDescending(entry => entry.Key) : sorted.OrderBy(entry => entry.Key);
            page.AddRange(ordered.Skip(query.StartIndex - 1).Take(query.Count).Select(entry => entry.Record));
        }

        return (new ScimFound(total, page), null);
    }

    private async IAsyncEnumerable<(ScimRecord Record, JsonObject Resource)> MatchesAsync(
        string tenant, ScimResourceType type, ScimFilter? filter, ScimJson json, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var evaluator = new ScimFilterEvaluator(type);
        bool needsMembers = type.Kind == ScimKind.Group && filter?.Mentions("members") == true;
        IReadOnlyList<string>? named = needsMembers ? ScimLookups.NamedMembersOrNull(filter!) : null;
        await foreach (ScimRecord record in CandidatesAsync(tenant, type, filter, cancellationToken))
        {
            JsonObject resource = json.ToJson(record, type);
            if (needsMembers)
            {
                IReadOnlyList<ScimMember> members = named is null
                    ? await store.ListMembersAsync(tenant, record.Id, "", int.MaxValue, cancellationToken)
                    : await store.FindMembersAsync(tenant, record.Id, named, cancellationToken);
                resource["members"] = new JsonArray([.. members.Select(member => member.ToJson())]);
            }

            if (filter is null || evaluator.Matches(filter, resource))
            {
                yield return (record, resource);
            }
        }
    }

    private async IAsyncEnumerable<ScimRecord> CandidatesAsync(
        string tenant, ScimResourceType type, ScimFilter? filter, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (ScimLookups.IdOrNull(filter) is { } id)
        {
            if (await store.FindOrNullAsync(tenant, type.Kind, ScimText.Id(id), cancellationToken) is { } record)
            {
                yield return record;
            }

            yield break;
        }

        ScimLookup lookup = ScimLookups.Of(filter, type);
        IReadOnlyList<ScimRecord> batch = [];
        do
        {
            batch = await store.ListAsync(tenant, type.Kind, lookup, batch.Count == 0 ? "" : batch[^1].Id, BatchSize, cancellationToken);
            foreach (ScimRecord record in batch)
            {
                yield return record;
            }
        }
        while (batch.Count == BatchSize);
    }

    /// <summary>What is absent comes last, or first when descending (RFC 7644, 3.4.2.3).</summary>
    private readonly record struct SortKey(bool IsAbsent, double Number, string Text) : IComparable<SortKey>
    {
        public static SortKey Of(JsonObject resource, ScimAttributePath path, ScimResourceType type)
        {
            JsonNode? node = (path.Schema is null ? resource : resource[path.Schema] as JsonObject)?[path.Name];

            // Of several values the primary one counts, or else the first.
            JsonNode? one = node is JsonArray values ? values.FirstOrDefault(ScimValues.IsPrimary) ?? values.FirstOrDefault() : node;
            ScimAttribute? attribute = type.FindOrNull(path.Schema, path.Name);
            string? sub = path.Sub ?? (node is JsonArray && one is JsonObject ? "value" : null);
            if (sub is not null)
            {
                one = (one as JsonObject)?[sub];
                attribute = attribute?.SubOrNull(sub);
            }

            return one?.GetValueKind() switch
            {
                JsonValueKind.String => new SortKey(false, 0, attribute is { IsCaseExact: true } ? one.GetValue<string>() : ScimText.Fold(one.GetValue<string>())),
                JsonValueKind.Number => new SortKey(false, double.Parse(one.ToJsonString(), CultureInfo.InvariantCulture), ""),
                JsonValueKind.True => new SortKey(false, 1, ""),
                JsonValueKind.False => new SortKey(false, 0, ""),
                _ => new SortKey(true, 0, ""),
            };
        }

        public int CompareTo(SortKey other) =>
            IsAbsent != other.IsAbsent ? IsAbsent.CompareTo(other.IsAbsent)
            : Number != other.Number ? Number.CompareTo(other.Number)
            : string.CompareOrdinal(Text, other.Text);
    }
}
