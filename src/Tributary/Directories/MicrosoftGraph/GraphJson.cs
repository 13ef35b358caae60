using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Directories.MicrosoftGraph;

/// <summary>The body of <c>POST /directoryObjects/getByIds</c>.</summary>
internal sealed record GetByIdsBody(IReadOnlyList<string> Ids, IReadOnlyList<string> Types);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(GetByIdsBody))]
internal sealed partial class GraphJson : JsonSerializerContext;

/// <summary>Reads objects of Graph's answers.</summary>
internal static class GraphAnswers
{
    /// <summary>What <c>$select</c> asks of users: the members of <see cref="UserOf"/>.</summary>
    public const string UserMembers = "id,userPrincipalName,displayName,givenName,surname,mail,jobTitle,department,accountEnabled,userType";

    /// <summary>What <c>$select</c> asks of groups: the members of <see cref="GroupOf"/>.</summary>
    public const string GroupMembers = "id,displayName,description,mail";

    public const string ApplicationMembers = "id,appId,displayName";

    /// <summary>A member that is text; null when it is absent, null or no text.</summary>
    public static string? TextOrNull(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>An account that does not say it is enabled is not let in.</summary>
    public static DirectoryUser UserOf(JsonElement user) => new()
    {
        Id = IdOf(user),
        UserPrincipalName = user.TextOrNull("userPrincipalName") ?? throw Broken("a user has no userPrincipalName"),
        DisplayName = user.TextOrNull("displayName"),
        GivenName = user.TextOrNull("givenName"),
        Surname = user.TextOrNull("surname"),
        Mail = user.TextOrNull("mail"),
        JobTitle = user.TextOrNull("jobTitle"),
        Department = user.TextOrNull("department"),
        IsEnabled = user.TryGetProperty("accountEnabled", out JsonElement enabled) && enabled.ValueKind == JsonValueKind.True,
        IsGuest = user.TextOrNull("userType") is { } type ? type.Equals("Guest", StringComparison.OrdinalIgnoreCase) : null,
    };

    public static DirectoryGroup GroupOf(JsonElement group) => new()
    {
        Id = IdOf(group),
        DisplayName = group.TextOrNull("displayName"),
        Description = group.TextOrNull("description"),
        Mail = group.TextOrNull("mail"),
    };

    /// <summary>A member of a mixed list; null for what is neither a user nor a group, such as a device.</summary>
    public static DirectoryMember? MemberOrNull(JsonElement member) => member.TextOrNull("@odata.type") switch
    {
        "#microsoft.graph.user" => new DirectoryMember(UserOf(member), null),
        "#microsoft.graph.group" => new DirectoryMember(null, GroupOf(member)),
        null => throw Broken("an object has no @odata.type"),
        _ => null,
    };

    public static DirectoryApplication ApplicationOf(JsonElement principal) => new(
        IdOf(principal),
        principal.TextOrNull("appId")?.ToLowerInvariant() ?? throw Broken("a service principal has no appId"),
        principal.TextOrNull("displayName") ?? "");

    public static DirectoryOrganization OrganizationOf(JsonElement organization, string tenantId)
    {
        if (IdOf(organization) != tenantId)
        {
            throw Broken("the organization is another tenant");
        }

        IEnumerable<JsonElement> domains =
            organization.TryGetProperty("verifiedDomains", out JsonElement list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];
        return new DirectoryOrganization(
            tenantId,
            organization.TextOrNull("displayName") ?? "",
            [.. domains
                .OrderByDescending(domain => domain.TryGetProperty("isDefault", out JsonElement isDefault) && isDefault.ValueKind == JsonValueKind.True)
                .Select(domain => domain.TextOrNull("name"))
                .OfType<string>()]);
    }

    public static string IdOf(JsonElement entity) =>
        GuidText.LowerOrNull(entity.TextOrNull("id")) ?? throw Broken("an object has no id that is a GUID");

    /// <summary>Graph has said something that is no answer, so nothing is known.</summary>
    public static DirectoryUnavailableException Broken(string what, Exception? inner = null) =>
        new("Microsoft Graph's answer about groups cannot be used.", inner ?? new InvalidDataException($"In an answer of Microsoft Graph {what}."));
}
