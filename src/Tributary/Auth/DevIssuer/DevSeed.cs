using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace Tributary.Auth.DevIssuer;

/// <summary>The seed file: apps with roles of their own, further users. Both in one tenant (<c>tenantId</c>) or in every one.</summary>
internal sealed record DevSeed
{
    // Lists are settable: generated JSON code gives an init-only member that is absent null, and not its initial value.

    public IReadOnlyList<DevSeedApp> Apps { get; set; } = [];

    public IReadOnlyList<DevSeedUser> Users { get; set; } = [];

    /// <summary>Scopes and roles of Graph that clients ask for along with ours. They are carried; nothing here looks at them.</summary>
    public static readonly IReadOnlyList<string> OtherPermissions =
        ["User.Read", "User.Read.All", "Group.Read.All", "GroupMember.Read.All", "Directory.Read.All", "Files.Read.All", "Sites.Read.All"];

    /// <exception cref="OptionsValidationException">Every mistake, with its path in the file.</exception>
    public static DevSeed Read(string? path)
    {
        if (path is null)
        {
            return new DevSeed();
        }

        try
        {
            using FileStream stream = File.OpenRead(path);
            DevSeed seed = JsonSerializer.Deserialize(stream, DevSeedJson.Default.DevSeed) ?? throw Wrong(path, ["$ is null; it must be an object."]);
            List<string> failures = seed.Check();
            return failures.Count == 0 ? seed : throw Wrong(path, failures);
        }
        catch (JsonException exception)
        {
            throw Wrong(path, [$"{exception.Path ?? "$"}: {exception.Message}"]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, [$"it cannot be read: {exception.Message}"]);
        }
    }

    public List<string> Check()
    {
        List<string> failures = [];
        HashSet<(string?, string)> seen = [];

        for (int i = 0; i < Apps.Count; i++)
        {
            DevSeedApp app = Apps[i];
            string at = $"$.apps[{i}]";
            CheckGuid(failures, $"{at}.appId", app.AppId, required: true);
            CheckGuid(failures, $"{at}.tenantId", app.TenantId, required: false);
            if (!seen.Add((app.TenantId?.ToLowerInvariant(), app.AppId?.ToLowerInvariant() ?? "")))
            {
                failures.Add($"{at}: the app {app.AppId} is named twice.");
            }

            for (int r = 0; r < app.Roles.Count; r++)
            {
                if (CanonicalRoleOrNull(app.Roles[r]) is null)
                {
                    failures.Add($"{at}.roles[{r}]: '{app.Roles[r]}' is none of {string.Join(", ", AllRoles)}.");
                }
            }
        }

        for (int i = 0; i < Users.Count; i++)
        {
            DevSeedUser user = Users[i];
            string at = $"$.users[{i}]";
            if (string.IsNullOrWhiteSpace(user.UserPrincipalName) || !user.UserPrincipalName.Contains('@', StringComparison.Ordinal))
            {
                failures.Add($"{at}.userPrincipalName: '{user.UserPrincipalName}' is no name of the form user@domain.");
            }

            CheckGuid(failures, $"{at}.oid", user.Oid, required: false);
            CheckGuid(failures, $"{at}.tenantId", user.TenantId, required: false);
            if (!seen.Add((user.TenantId?.ToLowerInvariant(), user.UserPrincipalName?.ToLowerInvariant() ?? "")))
            {
                failures.Add($"{at}: the user {user.UserPrincipalName} is named twice.");
            }

            if (user.Oid is not null && !seen.Add((user.TenantId?.ToLowerInvariant(), "oid " + user.Oid.ToLowerInvariant())))
            {
                failures.Add($"{at}.oid: {user.Oid} is another user's.");
            }

            for (int g = 0; g < user.Groups.Count; g++)
            {
                CheckGuid(failures, $"{at}.groups[{g}]", user.Groups[g], required: true);
            }
        }

        return failures;
    }

    /// <summary>The role as Graph spells it, or null for one that is not known.</summary>
    public static string? CanonicalRoleOrNull(string? role) => AllRoles.FirstOrDefault(known => known.Equals(role, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<string> AllRoles =>
        GraphPermissions.All.Select(row => row.Name).Append(GraphPermissions.OperatorRole).Concat(OtherPermissions);

    private static void CheckGuid(List<string> failures, string at, string? value, bool required)
    {
        if (value is null ? required : !Guid.TryParseExact(value, "D", out _))
        {
            failures.Add($"{at}: '{value}' is no GUID of the form 00000000-0000-0000-0000-000000000000.");
        }
    }

    private static OptionsValidationException Wrong(string path, IEnumerable<string> failures) =>
        new(AuthOptions.Section, typeof(DevIssuerOptions), failures.Select(failure => $"Auth:Development:SeedFile ({path}): {failure}"));
}

internal sealed record DevSeedApp
{
    public string? AppId { get; init; }

    public string? TenantId { get; init; }

    public IReadOnlyList<string> Roles { get; set; } = [];
}

internal sealed record DevSeedUser
{
    public string? UserPrincipalName { get; init; }

    public string? DisplayName { get; init; }

    public string? Oid { get; init; }

    public bool Administrator { get; init; }

    public bool Guest { get; init; }

    public IReadOnlyList<string> Groups { get; set; } = [];

    public string? TenantId { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DevSeed))]
internal sealed partial class DevSeedJson : JsonSerializerContext;
