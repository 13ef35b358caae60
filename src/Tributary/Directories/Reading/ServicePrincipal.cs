using System.Text.Json;
using Tributary.Auth;
using Tributary.Directories.Seed;

namespace Tributary.Directories.Reading;

/// <summary>
/// An application as a tenant knows it. Microsoft Graph itself is one, whatever the directory says: scripts look up there by name which ids its permissions have.
/// </summary>
internal sealed record ServicePrincipal(DirectoryApplication Application)
{
    public bool IsGraph => Application.AppId == AuthOptions.GraphAppId;

    public IReadOnlyList<string> Names => IsGraph ? [AuthOptions.GraphAppId, AuthOptions.GraphAudience] : [Application.AppId];

    /// <summary>The object id of the registration, another one than that of the service principal.</summary>
    public required string RegistrationId { get; init; }

    public static ServicePrincipal Of(string tenantId, DirectoryApplication application) =>
        new(application) { RegistrationId = application.RegistrationId ?? SeedTenantView.RegistrationId(tenantId, application.AppId) };

    /// <summary>Microsoft Graph under the id that the directory has for it, or else one of ours.</summary>
    public static ServicePrincipal OfGraph(string tenantId, DirectoryApplication? known) => Of(
        tenantId,
        new DirectoryApplication(
            known?.Id ?? SeedTenantView.ServicePrincipalId(tenantId, AuthOptions.GraphAppId), AuthOptions.GraphAppId, "Microsoft Graph"));

    public Action<Utf8JsonWriter> WriteAppRoles => WriterOf(
        IsGraph ? GraphPermissions.All.Where(row => row.ApplicationId is not null) : [],
        (writer, row, _) =>
        {
            writer.WriteStartArray("allowedMemberTypes");
            writer.WriteStringValue("Application");
            writer.WriteEndArray();
            writer.WriteString("description", row.Name);
            writer.WriteString("displayName", row.Name);
            writer.WriteString("id", row.ApplicationId!.Value);
            writer.WriteBoolean("isEnabled", true);
            writer.WriteString("origin", "Application");
            writer.WriteString("value", row.Name);
        });

    public Action<Utf8JsonWriter> WritePermissionScopes => WriterOf(
        IsGraph ? GraphPermissions.All.Where(row => row.DelegatedId is not null) : [],
        (writer, row, _) =>
        {
            writer.WriteString("adminConsentDescription", row.Name);
            writer.WriteString("adminConsentDisplayName", row.Name);
            writer.WriteString("id", row.DelegatedId!.Value);
            writer.WriteBoolean("isEnabled", true);
            writer.WriteString("origin", "Application");
            writer.WriteString("type", row.IsForEveryUser ? "User" : "Admin");
            writer.WriteString("userConsentDescription", row.Name);
            writer.WriteString("userConsentDisplayName", row.Name);
            writer.WriteString("value", row.Name);
        });

    /// <summary>Writes a list of objects.</summary>
    public static Action<Utf8JsonWriter> WriterOf<T>(IEnumerable<T> elements, Action<Utf8JsonWriter, T, int> members) => writer =>
    {
        writer.WriteStartArray();
        int index = 0;
        foreach (T element in elements)
        {
            writer.WriteStartObject();
            members(writer, element, index++);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    };
}
