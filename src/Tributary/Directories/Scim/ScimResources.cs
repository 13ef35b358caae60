using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Tributary.Graph;

namespace Tributary.Directories.Scim;

/// <summary>What the endpoints of users and of groups do, which differs little between the two (RFC 7644, 3.3 to 3.6).</summary>
internal sealed class ScimResources(IScimStore store, DirectoryOptions options, IOptions<PublicUrlOptions> links, TimeProvider time)
{
    /// <summary>A user with every attribute, and PATCHes of one.</summary>
    public const int MaxUserBytes = 1024 * 1024;

    /// <summary>A whole group: 100,000 members take 5 MB as bare ids, three times as much with name, type and URI.</summary>
    public const int MaxGroupBytes = 16 * 1024 * 1024;

    /// <summary>Members that one page of a list shows; past it the page ends early, as pages may.</summary>
    private const int MaxListedMembers = 100_000;

    private readonly ScimSearch _search = new(store);

    public async Task<IResult> CreateAsync(HttpContext http, ScimResourceType type)
    {
        (ScimProjection? projection, ScimError? error) = ScimProjection.Read(http.Request.Query);
        if (projection is null)
        {
            return ScimResult.Of(error!);
        }

        using RequestBody body = await ReadBodyAsync(http, type);
        if (ErrorOf(http, body) is { } unreadable)
        {
            return ScimResult.Of(unreadable);
        }

        (ScimDescription? description, error) = ScimReader.Read(body.Root, type);
        if (description is null || Content(description.Body, type, out error) is not { } content)
        {
            return ScimResult.Of(error!);
        }

        // The client's GUID becomes the id where it can: access lists name people by the ids that their identity provider gave them.
        var resource = new ScimNew(GuidText.LowerOrNull(content.ExternalId), Guid.NewGuid().ToString("D"), content, description.Members ?? [], time.GetUtcNow());
        ScimWritten written = await store.CreateAsync(ScimCaller.Of(http).TenantId, type.Kind, resource, options.Scim.LimitsOf(type.Kind), http.RequestAborted);
        return written.Record is { } record
            ? await ShowAsync(http, type, record, projection, StatusCodes.Status201Created)
            : ScimResult.Of(ErrorOf(written.Outcome, type, ""));
    }

    public async Task<IResult> GetAsync(HttpContext http, ScimResourceType type, string id)
    {
        (ScimProjection? projection, ScimError? error) = ScimProjection.Read(http.Request.Query);
        if (projection is null)
        {
            return ScimResult.Of(error!);
        }

        if (await FindOrNullAsync(http, type, id) is not { } record)
        {
            return ScimResult.Of(ScimErrors.NotFound(type, id));
        }

        return http.Request.Headers.IfNoneMatch is { Count: > 0 } known && Names(known, record)
            ? new ScimResult(StatusCodes.Status304NotModified, null) { ETag = record.ETag }
            : await ShowAsync(http, type, record, projection, StatusCodes.Status200OK);
    }

    public async Task<IResult> ListAsync(HttpContext http, ScimResourceType type)
    {
        (ScimQuery? query, ScimError? error) = ScimQuery.Read(http.Request.Query);
        if (query is null)
        {
            return ScimResult.Of(error!);
        }

        string tenant = ScimCaller.Of(http).TenantId;
        ScimJson json = JsonFor(http);
        (ScimFound? found, error) = await _search.RunAsync(tenant, type, query, json, http.RequestAborted);
        if (found is null)
        {
            return ScimResult.Of(error!);
        }

        var page = new List<(ScimRecord Record, IReadOnlyList<ScimMember>? Members)>(found.Page.Count);
        int listed = 0;
        foreach (ScimRecord record in found.Page)
        {
            IReadOnlyList<ScimMember>? members = await MembersToShowAsync(http, type, record, query.Projection);
            listed += members?.Count ?? 0;
            if (page.Count > 0 && listed > MaxListedMembers)
            {
                break;
            }

            page.Add((record, members));
        }

        return ScimResult.Ok(writer => ScimJson.WriteList(writer, found.Total, query.StartIndex, page.Count, resources =>
        {
            foreach ((ScimRecord record, IReadOnlyList<ScimMember>? members) in page)
            {
                json.Write(resources, record, type, query.Projection, members);
            }
        }));
    }

    public Task<IResult> ReplaceAsync(HttpContext http, ScimResourceType type, string id) => ChangeAsync(http, type, id, body =>
    {
        (ScimDescription? description, ScimError? error) = ScimReader.Read(body, type);
        return (new Step(_ => false, (record, _) =>
        {
            // RFC 7644, 3.5.1, leaves it to the server what absence means. Left out, "active" stays: nobody who was disabled comes back by an omission.
            JsonObject whole = description!.Body.DeepClone().AsObject();
            if (type.Kind == ScimKind.User && whole["active"] is null && record.Parse()["active"] is { } active)
            {
                whole["active"] = active.DeepClone();
            }

            IReadOnlyList<ScimMemberChange> members = type.Kind == ScimKind.Group
                ? [new ScimMemberChange(ScimMemberChangeKind.Replace, description.Members ?? [])]
                : [];
            return (whole, members, null);
        }), error);
    });

    public Task<IResult> PatchAsync(HttpContext http, ScimResourceType type, string id) => ChangeAsync(http, type, id, body =>
    {
        (IReadOnlyList<ScimOperation> operations, ScimError? error) = ScimPatch.Read(body);
        return (new Step(_ => operations.Any(operation => operation.AsksForMembers(type)), (record, members) =>
        {
            JsonObject changed = record.Parse();
            var patcher = new ScimPatcher(type, record.Id, changed, members);
            ScimError? wrong = patcher.Apply(operations, http.RequestAborted);
            return (changed, patcher.MemberChanges, wrong);
        }), error);
    });

    public async Task<IResult> DeleteAsync(HttpContext http, ScimResourceType type, string id)
    {
        string tenant = ScimCaller.Of(http).TenantId;
        long? expected = null;
        if (http.Request.Headers.IfMatch is { Count: > 0 } needed)
        {
            if (await FindOrNullAsync(http, type, id) is not { } record)
            {
                return ScimResult.Of(ScimErrors.NotFound(type, id));
            }

            if (!Names(needed, record))
            {
                return ScimResult.Of(ScimErrors.Precondition);
            }

            expected = record.Version;
        }

        return await store.DeleteAsync(tenant, type.Kind, ScimText.Id(id), expected, time.GetUtcNow(), http.RequestAborted) switch
        {
            ScimOutcome.Done => new ScimResult(StatusCodes.Status204NoContent, null),
            ScimOutcome.VersionChanged => ScimResult.Of(ScimErrors.Precondition),
            _ => ScimResult.Of(ScimErrors.NotFound(type, id)),
        };
    }

    /// <summary>Works out the change from what is there, and does it again when somebody else was faster.</summary>
    private async Task<IResult> ChangeAsync(HttpContext http, ScimResourceType type, string id, Func<JsonElement, (Step Step, ScimError? Error)> read)
    {
        (ScimProjection? projection, ScimError? error) = ScimProjection.Read(http.Request.Query);
        if (projection is null)
        {
            return ScimResult.Of(error!);
        }

        using RequestBody body = await ReadBodyAsync(http, type);
        if (ErrorOf(http, body) is { } unreadable)
        {
            return ScimResult.Of(unreadable);
        }

        (Step step, error) = read(body.Root);
        if (error is not null)
        {
            return ScimResult.Of(error);
        }

        string tenant = ScimCaller.Of(http).TenantId;
        StringValues needed = http.Request.Headers.IfMatch;
        while (await FindOrNullAsync(http, type, id) is { } record)
        {
            if (needed.Count > 0 && !Names(needed, record))
            {
                return ScimResult.Of(ScimErrors.Precondition);
            }

            IReadOnlyList<ScimMember>? known = step.NeedsMembers(record) ? await MembersAsync(http, record) : null;
            (JsonObject changed, IReadOnlyList<ScimMemberChange> members, error) = step.Apply(record, known);
            if (error is not null || Content(changed, type, out error) is not { } content)
            {
                return ScimResult.Of(error!);
            }

            // Members alone come and go whatever else the group is, so that many may fill it at the same time.
            bool isSame = content.Body.AsSpan().SequenceEqual(record.Body);
            bool reliesOnNothing = isSame && known is null && needed.Count == 0;
            ScimWritten written = await store.UpdateAsync(
                tenant,
                type.Kind,
                new ScimChange(record.Id, reliesOnNothing ? null : record.Version, isSame ? null : content, members, time.GetUtcNow()),
                options.Scim.LimitsOf(type.Kind),
                http.RequestAborted);
            if (written.Outcome == ScimOutcome.VersionChanged)
            {
                continue;
            }

            if (written.Record is not { } updated)
            {
                return ScimResult.Of(ErrorOf(written.Outcome, type, id));
            }

            // A group may be large, and nobody who adds a member wants to read all of it back; Entra says so. Who asks for attributes gets them (RFC 7644, 3.5.2).
            bool isSilent = type.Kind == ScimKind.Group && HttpMethods.IsPatch(http.Request.Method)
                && !http.Request.Query.ContainsKey("attributes") && !http.Request.Query.ContainsKey("excludedAttributes");
            return isSilent
                ? new ScimResult(StatusCodes.Status204NoContent, null) { ETag = updated.ETag }
                : await ShowAsync(http, type, updated, projection, StatusCodes.Status200OK);
        }

        return ScimResult.Of(ScimErrors.NotFound(type, id));
    }

    private async Task<ScimResult> ShowAsync(HttpContext http, ScimResourceType type, ScimRecord record, ScimProjection projection, int status)
    {
        IReadOnlyList<ScimMember>? members = await MembersToShowAsync(http, type, record, projection);
        ScimJson json = JsonFor(http);
        return new ScimResult(status, writer => json.Write(writer, record, type, projection, members))
        {
            ETag = record.ETag,
            Location = status == StatusCodes.Status201Created ? json.LocationOf(type, record.Id) : null,
        };
    }

    private async ValueTask<IReadOnlyList<ScimMember>?> MembersToShowAsync(HttpContext http, ScimResourceType type, ScimRecord record, ScimProjection projection) =>
        type.Kind == ScimKind.Group && projection.Shows(null, "members") ? await MembersAsync(http, record) : null;

    private ValueTask<IReadOnlyList<ScimMember>> MembersAsync(HttpContext http, ScimRecord record) =>
        store.ListMembersAsync(ScimCaller.Of(http).TenantId, record.Id, "", int.MaxValue, http.RequestAborted);

    private ValueTask<ScimRecord?> FindOrNullAsync(HttpContext http, ScimResourceType type, string id) =>
        store.FindOrNullAsync(ScimCaller.Of(http).TenantId, type.Kind, ScimText.Id(id), http.RequestAborted);

    private ScimJson JsonFor(HttpContext http) => new($"{links.Value.OriginOf(http.Request)}{ScimResult.Root}/{ScimCaller.Of(http).TenantId}");

    private static ValueTask<RequestBody> ReadBodyAsync(HttpContext http, ScimResourceType type) =>
        RequestBody.ReadAsync(http, type.Kind == ScimKind.User ? MaxUserBytes : MaxGroupBytes, ScimResult.MediaType);

    private static ScimError? ErrorOf(HttpContext http, RequestBody body) => body.Error is not { } error ? null
        : RequestBody.IsJson(http.Request.ContentType, ScimResult.MediaType) ? ScimErrors.Of(error)
        : ScimErrors.MediaType(http.Request.ContentType);

    private static ScimContent? Content(JsonObject body, ScimResourceType type, out ScimError? error)
    {
        ScimContent? content = ScimReader.ContentOrNull(body, type);
        error = content is null ? ScimErrors.Value(type.Name, $"its attributes take more than {ScimReader.MaxContentBytes} bytes.") : null;
        return content;
    }

    /// <summary>Whether a list of entity tags names the version of the resource; weak ones too, as all of ours are.</summary>
    private static bool Names(StringValues tags, ScimRecord record) =>
        EntityTagHeaderValue.TryParseList(tags, out IList<EntityTagHeaderValue>? list)
        && list.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(EntityTagHeaderValue.Parse(record.ETag), useStrongComparison: false));

    private ScimError ErrorOf(ScimOutcome outcome, ScimResourceType type, string id) => outcome switch
    {
        ScimOutcome.NameTaken => ScimErrors.NameTaken,
        ScimOutcome.TooManyMembers => ScimErrors.Limit("members of a group", options.Scim.MaxMembers, "Directory:Scim:MaxMembers"),
        ScimOutcome.TooManyResources when type.Kind == ScimKind.User => ScimErrors.Limit("users in a tenant", options.Scim.MaxUsers, "Directory:Scim:MaxUsers"),
        ScimOutcome.TooManyResources => ScimErrors.Limit("groups in a tenant", options.Scim.MaxGroups, "Directory:Scim:MaxGroups"),
        _ => ScimErrors.NotFound(type, id),
    };

    /// <param name="NeedsMembers">Whether it must be known who is in the group.</param>
    /// <param name="Apply">The new body and what is done to the members, or what is wrong.</param>
    private sealed record Step(
        Func<ScimRecord, bool> NeedsMembers,
        Func<ScimRecord, IReadOnlyList<ScimMember>?, (JsonObject Body, IReadOnlyList<ScimMemberChange> Members, ScimError? Error)> Apply);
}
