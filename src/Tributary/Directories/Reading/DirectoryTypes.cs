using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>
/// The Graph types of the directory with the members that are served. Published ones beyond them are unknown here, so that <c>$select</c> of one is refused by
/// its name; <c>user</c>, <c>group</c> and <c>organization</c> are closed, as no extensions are kept.
/// </summary>
internal static class DirectoryTypes
{
    private const string Graph = GraphType.Graph;
    private const string Boolean = "Edm.Boolean";

    /// <summary>Lists of it hold users and groups, and query options may name members of either, as on the real service.</summary>
    public static readonly GraphType Object = new(Graph + "directoryObject", isOpen: false, new GraphMember("deletedDateTime") { Type = "Edm.DateTimeOffset" })
    {
        IsEntity = true,
        BaseType = GraphType.Entity,
        IsQueriedAsDerived = true,
    };

    public static readonly GraphType AppRole = new(
        Graph + "appRole",
        isOpen: false,
        new("allowedMemberTypes") { IsCollection = true, IsRequired = true },
        "description",
        "displayName",
        new("id") { Type = "Edm.Guid", IsRequired = true },
        new("isEnabled") { Type = Boolean, IsRequired = true },
        "origin",
        "value");

    public static readonly GraphType PermissionScope = new(
        Graph + "permissionScope",
        isOpen: false,
        "adminConsentDescription",
        "adminConsentDisplayName",
        new("id") { Type = "Edm.Guid", IsRequired = true },
        new("isEnabled") { Type = Boolean, IsRequired = true },
        "origin",
        "type",
        "userConsentDescription",
        "userConsentDisplayName",
        "value");

    public static readonly GraphType VerifiedDomain = new(
        Graph + "verifiedDomain",
        isOpen: false,
        "capabilities",
        new("isDefault") { Type = Boolean },
        new("isInitial") { Type = Boolean },
        "name",
        "type");

    public static readonly GraphType User = Of(
        "user",
        new("accountEnabled") { Type = Boolean },
        new("businessPhones") { IsCollection = true, IsRequired = true },
        "department",
        "displayName",
        "givenName",
        "jobTitle",
        "mail",
        "mobilePhone",
        "officeLocation",
        "preferredLanguage",
        "surname",
        "userPrincipalName",
        "userType",
        Objects("memberOf"),
        Objects("transitiveMemberOf"));

    public static readonly GraphType Group = Of(
        "group",
        "description",
        "displayName",
        new("groupTypes") { IsCollection = true, IsRequired = true },
        "mail",
        new("mailEnabled") { Type = Boolean },
        "mailNickname",
        new("securityEnabled") { Type = Boolean },
        Objects("memberOf"),
        Objects("members"),
        Objects("transitiveMemberOf"),
        Objects("transitiveMembers"));

    public static readonly GraphType ServicePrincipal = Of(
        "servicePrincipal",
        new("accountEnabled") { Type = Boolean },
        "appDisplayName",
        "appId",
        new("appRoles") { Type = AppRole.Name, IsCollection = true, IsRequired = true },
        "displayName",
        new("oauth2PermissionScopes") { Type = PermissionScope.Name, IsCollection = true, IsRequired = true },
        new("servicePrincipalNames") { IsCollection = true, IsRequired = true },
        "servicePrincipalType");

    public static readonly GraphType Application = Of("application", "appId", "displayName");

    public static readonly GraphType Organization = Of(
        "organization",
        "displayName",
        new("verifiedDomains") { Type = VerifiedDomain.Name, IsCollection = true, IsRequired = true });

    /// <summary>In the order in which they need each other.</summary>
    public static readonly IReadOnlyList<GraphType> All = [Object, AppRole, PermissionScope, VerifiedDomain, User, Group, ServicePrincipal, Application, Organization];

    public static readonly IReadOnlyList<(string Name, string Type)> Sets =
    [
        ("applications", Application.Name),
        ("groups", Group.Name),
        ("organization", Organization.Name),
        ("servicePrincipals", ServicePrincipal.Name),
        ("users", User.Name),
    ];

    /// <summary>The parameters of an action.</summary>
    public static readonly GraphType GetMemberGroups = new(Graph + "getMemberGroups", isOpen: false, new GraphMember("securityEnabledOnly") { Type = Boolean });

    /// <summary>The parameters of an action.</summary>
    public static readonly GraphType GetByIds = new(
        Graph + "getByIds", isOpen: false, new("ids") { IsCollection = true }, new("types") { IsCollection = true });

    private static GraphType Of(string name, params GraphMember[] members) => new(Graph + name, isOpen: false, members)
    {
        IsEntity = true,
        BaseType = Object,
    };

    private static GraphMember Objects(string name) =>
        new(name) { Type = Object.Name, IsCollection = true, Kind = GraphMemberKind.Navigation };
}
