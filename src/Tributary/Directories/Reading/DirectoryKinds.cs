namespace Tributary.Directories.Reading;

/// <summary>
/// The kinds that are served, with the members that Graph answers by default (https://learn.microsoft.com/graph/api/resources/users,
/// https://learn.microsoft.com/graph/api/resources/group) as far as a directory knows them; what none of our directories keeps is null or empty.
/// </summary>
internal static class DirectoryKinds
{
    private static readonly string[] None = [];

    public static readonly DirectoryKind<DirectoryUser> Users = new(
        DirectoryTypes.User,
        "users",
        user => user.Id,
        rights => rights.Users,
        new("businessPhones", _ => None),
        new("displayName", user => user.DisplayName) { View = DirectoryView.Basic, IsSortable = true },
        new("givenName", user => user.GivenName) { View = DirectoryView.Basic },
        new("jobTitle", user => user.JobTitle),
        new("mail", user => user.Mail) { View = DirectoryView.Basic },
        new("mobilePhone", _ => null),
        new("officeLocation", _ => null),
        new("preferredLanguage", _ => null),
        new("surname", user => user.Surname) { View = DirectoryView.Basic },
        new("userPrincipalName", user => user.UserPrincipalName) { View = DirectoryView.Basic, IsSortable = true },
        new("id", user => user.Id) { View = DirectoryView.Id },
        new("accountEnabled", user => user.IsEnabled) { IsDefault = false },
        new("deletedDateTime", _ => null) { IsDefault = false },
        new("department", user => user.Department) { IsDefault = false },
        new("userType", user => user.IsGuest is { } guest ? guest ? "Guest" : "Member" : null) { IsDefault = false });

    /// <summary>Every group can be named by access lists, so each is a security group; one with an address is mail-enabled besides.</summary>
    public static readonly DirectoryKind<DirectoryGroup> Groups = new(
        DirectoryTypes.Group,
        "groups",
        group => group.Id,
        rights => rights.Groups,
        new("id", group => group.Id) { View = DirectoryView.Id },
        new("deletedDateTime", _ => null),
        new("description", group => group.Description),
        new("displayName", group => group.DisplayName) { IsSortable = true },
        new("groupTypes", _ => None),
        new("mail", group => group.Mail),
        new("mailEnabled", group => group.Mail is not null),
        new("mailNickname", group => group.Mail?.Split('@')[0]),
        new("securityEnabled", _ => true));

    public static readonly MixedKind Objects = new(Users, Groups);

    public static readonly CastKind<DirectoryUser> ObjectsThatAreUsers = new(Users, member => member.User);

    public static readonly CastKind<DirectoryGroup> ObjectsThatAreGroups = new(Groups, member => member.Group);

    public static readonly DirectoryKind<ServicePrincipal> ServicePrincipals = new(
        DirectoryTypes.ServicePrincipal,
        "servicePrincipals",
        principal => principal.Application.Id,
        _ => DirectoryView.Whole,
        new("id", principal => principal.Application.Id),
        new("deletedDateTime", _ => null),
        new("accountEnabled", _ => true),
        new("appDisplayName", principal => principal.Application.DisplayName),
        new("appId", principal => principal.Application.AppId),
        new("displayName", principal => principal.Application.DisplayName),
        new("servicePrincipalNames", principal => principal.Names),
        new("servicePrincipalType", _ => "Application"),
        new("appRoles", principal => principal.WriteAppRoles),
        new("oauth2PermissionScopes", principal => principal.WritePermissionScopes));

    public static readonly DirectoryKind<ServicePrincipal> Applications = new(
        DirectoryTypes.Application,
        "applications",
        principal => principal.RegistrationId,
        _ => DirectoryView.Whole,
        new("id", principal => principal.RegistrationId),
        new("deletedDateTime", _ => null),
        new("appId", principal => principal.Application.AppId),
        new("displayName", principal => principal.Application.DisplayName));

    public static readonly DirectoryKind<DirectoryOrganization> Organizations = new(
        DirectoryTypes.Organization,
        "organization",
        organization => organization.TenantId,
        _ => DirectoryView.Whole,
        new("id", organization => organization.TenantId),
        new("deletedDateTime", _ => null),
        new("displayName", organization => organization.DisplayName),
        new("verifiedDomains", organization => ServicePrincipal.WriterOf(organization.Domains, (writer, domain, index) =>
        {
            writer.WriteNull("capabilities");
            writer.WriteBoolean("isDefault", index == 0);
            writer.WriteBoolean("isInitial", index == 0);
            writer.WriteString("name", domain);
            writer.WriteString("type", "Managed");
        })));
}
