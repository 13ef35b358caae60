namespace Tributary.Tests.Metadata;

/// <summary>
/// Of the directory's types what is served, as the reference pages have it (https://learn.microsoft.com/graph/api/resources/user and its neighbours). The excerpt of
/// the published metadata has none of these types, which are far larger.
/// </summary>
internal static class DirectoryMembers
{
    public static readonly IReadOnlyList<string> Published =
    [
        "appRole",
        "appRole.allowedMemberTypes: Collection(Edm.String)",
        "appRole.description: Edm.String",
        "appRole.displayName: Edm.String",
        "appRole.id: Edm.Guid",
        "appRole.isEnabled: Edm.Boolean",
        "appRole.origin: Edm.String",
        "appRole.value: Edm.String",
        "application",
        "application.appId: Edm.String",
        "application.displayName: Edm.String",
        "directoryObject",
        "directoryObject.deletedDateTime: Edm.DateTimeOffset",
        "group",
        "group.description: Edm.String",
        "group.displayName: Edm.String",
        "group.groupTypes: Collection(Edm.String)",
        "group.mail: Edm.String",
        "group.mailEnabled: Edm.Boolean",
        "group.mailNickname: Edm.String",
        "group.memberOf: Collection(microsoft.graph.directoryObject)",
        "group.members: Collection(microsoft.graph.directoryObject)",
        "group.securityEnabled: Edm.Boolean",
        "group.transitiveMemberOf: Collection(microsoft.graph.directoryObject)",
        "group.transitiveMembers: Collection(microsoft.graph.directoryObject)",
        "organization",
        "organization.displayName: Edm.String",
        "organization.verifiedDomains: Collection(microsoft.graph.verifiedDomain)",
        "permissionScope",
        "permissionScope.adminConsentDescription: Edm.String",
        "permissionScope.adminConsentDisplayName: Edm.String",
        "permissionScope.id: Edm.Guid",
        "permissionScope.isEnabled: Edm.Boolean",
        "permissionScope.origin: Edm.String",
        "permissionScope.type: Edm.String",
        "permissionScope.userConsentDescription: Edm.String",
        "permissionScope.userConsentDisplayName: Edm.String",
        "permissionScope.value: Edm.String",
        "servicePrincipal",
        "servicePrincipal.accountEnabled: Edm.Boolean",
        "servicePrincipal.appDisplayName: Edm.String",
        "servicePrincipal.appId: Edm.String",
        "servicePrincipal.appRoles: Collection(microsoft.graph.appRole)",
        "servicePrincipal.displayName: Edm.String",
        "servicePrincipal.oauth2PermissionScopes: Collection(microsoft.graph.permissionScope)",
        "servicePrincipal.servicePrincipalNames: Collection(Edm.String)",
        "servicePrincipal.servicePrincipalType: Edm.String",
        "user",
        "user.accountEnabled: Edm.Boolean",
        "user.businessPhones: Collection(Edm.String)",
        "user.department: Edm.String",
        "user.displayName: Edm.String",
        "user.givenName: Edm.String",
        "user.jobTitle: Edm.String",
        "user.mail: Edm.String",
        "user.memberOf: Collection(microsoft.graph.directoryObject)",
        "user.mobilePhone: Edm.String",
        "user.officeLocation: Edm.String",
        "user.preferredLanguage: Edm.String",
        "user.surname: Edm.String",
        "user.transitiveMemberOf: Collection(microsoft.graph.directoryObject)",
        "user.userPrincipalName: Edm.String",
        "user.userType: Edm.String",
        "verifiedDomain",
        "verifiedDomain.capabilities: Edm.String",
        "verifiedDomain.isDefault: Edm.Boolean",
        "verifiedDomain.isInitial: Edm.Boolean",
        "verifiedDomain.name: Edm.String",
        "verifiedDomain.type: Edm.String",
    ];

    private static readonly HashSet<string> Types = [.. Published.Where(line => !line.Contains('.', StringComparison.Ordinal)).Select(name => "microsoft.graph." + name)];

    /// <summary>Whether a type, by its qualified name, is one of the directory's.</summary>
    public static bool Has(string type) => Types.Contains(type);
}
