using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tributary.Auth;

namespace Tributary.Directories.Seed;

/// <summary>
/// The seed file: tenants, applications with roles of their own, users and groups. All but tenants are in one tenant (<c>tenantId</c>) or in every one. The
/// development issuer lets its users and applications sign in; as a directory it tells who is in which group.
/// </summary>
internal sealed record SeedFile
{
    // Lists are settable: generated JSON code gives an init-only member that is absent null, and not its initial value.

    public IReadOnlyList<SeedTenant> Tenants { get; set; } = [];

    public IReadOnlyList<SeedApp> Apps { get; set; } = [];

    public IReadOnlyList<SeedUser> Users { get; set; } = [];

    public IReadOnlyList<SeedGroup> Groups { get; set; } = [];

    /// <summary>Scopes and roles of Graph that clients ask for along with ours. They are carried; what they permit, if anything, is said where it is used.</summary>
    public static readonly IReadOnlyList<string> OtherPermissions = ["Files.Read.All", "Sites.Read.All"];

    /// <summary>Scopes that a search for entity types of others needs (<see cref="Search.EntityTypes"/>), and of which no application here has the role.</summary>
    public static readonly IReadOnlyList<string> SearchScopes =
    [
        "Files.ReadWrite.All", "Sites.ReadWrite.All", "Chat.Read", "Chat.ReadWrite", "ChannelMessage.Read.All", "Mail.Read", "Mail.ReadWrite", "Calendars.Read", "Calendars.ReadWrite",
        "People.Read", "People.Read.All", "Acronym.Read.All", "Bookmark.Read.All", "QnA.Read.All",
    ];

    /// <summary>Reads and checks a file.</summary>
    /// <exception cref="InvalidDataException">Every mistake, with its path in the file.</exception>
    public static SeedFile Read(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong([$"it cannot be read: {exception.Message}"]);
        }

        // The three bytes by which some editors begin a file in UTF-8.
        ReadOnlyMemory<byte> json = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? content.AsMemory(Encoding.UTF8.Preamble.Length) : content;
        string[] shape = [.. SeedShape.Problems(json)];
        if (shape.Length > 0)
        {
            throw Wrong(shape);
        }

        SeedFile seed;
        try
        {
            seed = JsonSerializer.Deserialize(json.Span, SeedJson.Default.SeedFile)!;
        }
        catch (JsonException exception)
        {
            throw Wrong([$"{exception.Path ?? "$"} cannot be read: {exception.Message}"]);
        }

        string[] problems = [.. new SeedCheck(seed).Problems()];
        return problems.Length == 0 ? seed : throw Wrong(problems);

        InvalidDataException Wrong(IEnumerable<string> problems) =>
            new(string.Join(Environment.NewLine, problems.Select(problem => $"Directory:SeedFile ({path}): {problem}")));
    }

    /// <summary>The role as Graph spells it, or null for one that is not known.</summary>
    public static string? CanonicalRoleOrNull(string? role) => AllRoles.FirstOrDefault(known => known.Equals(role, StringComparison.OrdinalIgnoreCase));

    /// <summary>What users can be asked to let an application do for them.</summary>
    public static readonly IReadOnlyList<string> DelegatedPermissions = [.. GraphPermissions.All.Where(row => row.DelegatedId is not null).Select(row => row.Name), .. OtherPermissions, .. SearchScopes];

    public static IEnumerable<string> AllRoles =>
        GraphPermissions.All.Select(row => row.Name).Append(GraphPermissions.OperatorRole).Concat(OtherPermissions);
}

internal sealed record SeedTenant
{
    public string? TenantId { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Verified domains, the default one first; a client may name the tenant by any of them.</summary>
    public IReadOnlyList<string> Domains { get; set; } = [];
}

internal sealed record SeedApp
{
    public string? AppId { get; init; }

    public string? TenantId { get; init; }

    public string? DisplayName { get; init; }

    /// <summary>Application permissions.</summary>
    public IReadOnlyList<string> Roles { get; set; } = [];

    /// <summary>Delegated permissions of Graph that were consented to; null for every one there is.</summary>
    public IReadOnlyList<string>? Scopes { get; set; }

    /// <summary>Scopes of its own API (<c>api://{appId}</c>) for others to ask for; null for whatever they ask.</summary>
    public IReadOnlyList<string>? ExposedScopes { get; set; }

    public IReadOnlyList<SeedSecret> Secrets { get; set; } = [];

    /// <summary>Certificates in PEM, or SHA-1 or SHA-256 thumbprints in hexadecimal.</summary>
    public IReadOnlyList<string> Certificates { get; set; } = [];

    /// <summary>Where a browser may be sent with a code, besides loopback addresses.</summary>
    public IReadOnlyList<string> RedirectUris { get; set; } = [];

    /// <summary>Whether it may act for users without proving itself. Null: if it has neither secret nor certificate.</summary>
    public bool? PublicClient { get; init; }

    /// <summary>Whether the managed identity endpoints give out its tokens.</summary>
    public bool ManagedIdentity { get; init; }
}

/// <summary>Either plain, for this machine only, or hashed.</summary>
internal sealed record SeedSecret
{
    public string? Secret { get; init; }

    /// <summary>In the form of <see cref="SecretHash"/>.</summary>
    public string? Hash { get; init; }

    public DateTimeOffset? Expires { get; init; }
}

internal sealed record SeedUser
{
    public string? UserPrincipalName { get; init; }

    public string? DisplayName { get; init; }

    public string? GivenName { get; init; }

    public string? Surname { get; init; }

    public string? Mail { get; init; }

    public string? JobTitle { get; init; }

    public string? Department { get; init; }

    public string? Oid { get; init; }

    public bool Administrator { get; init; }

    public bool Guest { get; init; }

    /// <summary>Left in the directory, but let in no longer.</summary>
    public bool Disabled { get; init; }

    /// <summary>Plain, for this machine only. Neither this nor <see cref="PasswordHash"/>: any password.</summary>
    public string? Password { get; init; }

    /// <summary>In the form of <see cref="SecretHash"/>.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Object ids of groups, whether <see cref="SeedFile.Groups"/> describes them or not.</summary>
    public IReadOnlyList<string> Groups { get; set; } = [];

    public string? TenantId { get; init; }
}

internal sealed record SeedGroup
{
    /// <summary>Object id.</summary>
    public string? Id { get; init; }

    public string? TenantId { get; init; }

    public string? DisplayName { get; init; }

    public string? Description { get; init; }

    /// <summary>User principal names, or object ids of users and groups; one that names nobody matches nobody.</summary>
    public IReadOnlyList<string> Members { get; set; } = [];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SeedFile))]
internal sealed partial class SeedJson : JsonSerializerContext;
