namespace Tributary.Directories.Scim;

/// <summary>The schemas of RFC 7643, 4 and 8.7, less what no directory source has a use for: passwords, and the read-only groups of a user.</summary>
internal static class ScimSchemas
{
    public const string UserId = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string GroupId = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string EnterpriseId = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string SchemaId = "urn:ietf:params:scim:schemas:core:2.0:Schema";
    public const string ResourceTypeId = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    public const string ServiceProviderConfigId = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    public const string ErrorId = "urn:ietf:params:scim:api:messages:2.0:Error";
    public const string ListId = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    public const string PatchId = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    /// <summary>Those that every resource has beside the attributes of its schemas (RFC 7643, 3.1).</summary>
    public static readonly IReadOnlyList<ScimAttribute> Common =
    [
        new("schemas", ScimType.Reference, "The schemas of the resource.") { IsMultiValued = true, Returned = "always" },
        new("id", ScimType.String, "Identifier given by the server.") { IsReadOnly = true, Returned = "always", Uniqueness = "server" },
        new("externalId", ScimType.String, "Identifier given by the client.") { IsCaseExact = true },
        new("meta", ScimType.Complex, "What the server knows of the resource.")
        {
            IsReadOnly = true,
            SubAttributes =
            [
                new("resourceType", ScimType.String, "Name of the resource type.") { IsReadOnly = true, IsCaseExact = true },
                new("created", ScimType.DateTime, "When it was created.") { IsReadOnly = true },
                new("lastModified", ScimType.DateTime, "When it was last changed.") { IsReadOnly = true },
                new("location", ScimType.Reference, "Its URI.") { IsReadOnly = true, IsCaseExact = true },
                new("version", ScimType.String, "Its entity tag.") { IsReadOnly = true, IsCaseExact = true },
            ],
        },
    ];

    public static readonly ScimSchema User = new(UserId, "User", "User account",
    [
        new("userName", ScimType.String, "What the user is called at sign-in; unique in the tenant, ignoring case.") { IsRequired = true, Uniqueness = "server" },
        new("name", ScimType.Complex, "The parts of the user's name.")
        {
            SubAttributes =
            [
                Text("formatted", "The whole name for display."),
                Text("familyName", "Family name."),
                Text("givenName", "Given name."),
                Text("middleName", "Middle names."),
                Text("honorificPrefix", "Titles before the name."),
                Text("honorificSuffix", "Suffixes after the name."),
            ],
        },
        Text("displayName", "Name for display."),
        Text("nickName", "Casual name."),
        new("profileUrl", ScimType.Reference, "Page about the user.") { ReferenceTypes = ["external"] },
        Text("title", "Job title."),
        new("userType", ScimType.String, "Guest and Member decide whether the user is a guest; anything else leaves that to the token.") { CanonicalValues = ["Member", "Guest"] },
        Text("preferredLanguage", "Preferred language."),
        Text("locale", "Locale."),
        Text("timezone", "Time zone."),
        new("active", ScimType.Boolean, "False: the user is let in no longer."),
        Values("emails", "E-mail addresses; the primary one, else the one for work, is the user's mail.", ScimType.String, "work", "home", "other"),
        Values("phoneNumbers", "Phone numbers.", ScimType.String, "work", "home", "mobile", "fax", "pager", "other"),
        Values("ims", "Instant messaging addresses.", ScimType.String),
        Values("photos", "Addresses of pictures.", ScimType.Reference, "photo", "thumbnail"),
        new("addresses", ScimType.Complex, "Postal addresses.")
        {
            IsMultiValued = true,
            SubAttributes =
            [
                Text("formatted", "The whole address for display."),
                Text("streetAddress", "Street and number."),
                Text("locality", "City."),
                Text("region", "State or region."),
                Text("postalCode", "Postal code."),
                Text("country", "Country."),
                new("type", ScimType.String, "Kind of address.") { CanonicalValues = ["work", "home", "other"] },
                new("primary", ScimType.Boolean, "Whether it is the preferred one."),
            ],
        },
        Values("entitlements", "Entitlements.", ScimType.String),
        Values("roles", "Roles; they give no permission here.", ScimType.String),
        Values("x509Certificates", "Certificates.", ScimType.Binary),
    ]);

    public static readonly ScimSchema Enterprise = new(EnterpriseId, "EnterpriseUser", "Enterprise user",
    [
        Text("employeeNumber", "Number of the employee."),
        Text("costCenter", "Cost center."),
        Text("organization", "Organization."),
        Text("division", "Division."),
        Text("department", "Department."),
        new("manager", ScimType.Complex, "The user's manager, kept as sent.")
        {
            IsOpaque = true,
            SubAttributes =
            [
                Text("value", "The manager's id."),
                new("$ref", ScimType.Reference, "The manager's URI.") { ReferenceTypes = ["User"] },
                Text("displayName", "The manager's name."),
            ],
        },
    ]);

    public static readonly ScimSchema Group = new(GroupId, "Group", "Group",
    [
        new("displayName", ScimType.String, "Name for display.") { IsRequired = true },
        new("members", ScimType.Complex, "Users and groups; one that names neither matches nobody.")
        {
            IsMultiValued = true,
            SubAttributes =
            [
                Text("value", "The member's id.") with { IsImmutable = true },
                new("$ref", ScimType.Reference, "The member's URI.") { IsImmutable = true, ReferenceTypes = ["User", "Group"] },
                Text("type", "User or Group.") with { IsImmutable = true, CanonicalValues = ["User", "Group"] },
                Text("display", "The member's name.") with { IsReadOnly = true },
            ],
        },
    ]);

    public static readonly IReadOnlyList<ScimSchema> All = [User, Enterprise, Group];

    private static ScimAttribute Text(string name, string description) => new(name, ScimType.String, description);

    private static ScimAttribute Values(string name, string description, ScimType type, params string[] kinds) => new(name, ScimType.Complex, description)
    {
        IsMultiValued = true,
        SubAttributes =
        [
            new("value", type, "The value."),
            Text("display", "The value for display."),
            new("type", ScimType.String, "Kind of value.") { CanonicalValues = kinds },
            new("primary", ScimType.Boolean, "Whether it is the preferred one."),
        ],
    };
}
