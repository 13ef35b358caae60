using System.Globalization;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>Reads the bodies of create and update, checking every rule on the way. A connection comes out only when there is no problem.</summary>
/// <param name="version">The version of the request; members of the other one are refused.</param>
/// <param name="callingApp">Id of the calling application, which is always authorized on create.</param>
/// <param name="options">Limits.</param>
internal sealed partial class ConnectionReader(GraphVersion version, string callingApp, ConnectionOptions options)
{
    /// <summary>Everything that is wrong except broken layouts of search results.</summary>
    public Problems Problems { get; init; } = [];

    /// <summary>
    /// What is wrong with layouts of search results, apart: the real service creates the connection all the same (known issue 19908), which a quirk imitates.
    /// What comes out then lacks the templates with a broken layout, which are never kept; an update leaves the settings as they were.
    /// </summary>
    public Problems LayoutProblems { get; } = [];

    /// <summary>All problems together, in the order in which they are told.</summary>
    public IReadOnlyList<Problem> AllProblems => [.. Problems, .. LayoutProblems];

    /// <summary>The connection that a create body describes; null when it cannot even be read. Look at the problems before using it.</summary>
    public ExternalConnection? ReadCreate(JsonElement body)
    {
        if (GraphObject.Open(body, "$", ConnectionTypes.ExternalConnection, version, Problems) is not { } root)
        {
            return null;
        }

        string? id = root.StringOrNull("id");
        if (id is not null || !HasShapeProblem(root, "id"))
        {
            ConnectionRules.CheckId(id, "$.id", Problems);
        }

        var empty = new ExternalConnection
        {
            Id = id ?? "",
            Name = "",
            Configuration = new ConnectionConfiguration([callingApp]),
            ConnectorId = root.StringOrNull("connectorId"),
        };
        return ReadMembers(root, empty, isCreate: true);
    }

    /// <summary>
    /// What an update body makes of <paramref name="current"/>: members that are not sent keep their value, <c>null</c> resets (U45), a complex member is
    /// replaced as a whole (3.5).
    /// </summary>
    public ExternalConnection? ReadUpdate(JsonElement body, ExternalConnection current)
    {
        if (IsBareActivitySettings(body))
        {
            // The manage-connections article sends the settings without their wrapper (U11).
            return GraphObject.Open(body, "$", ConnectionTypes.ActivitySettings, version, Problems) is { } bare
                ? current with { ActivitySettings = ReadActivitySettings(bare) }
                : null;
        }

        if (GraphObject.Open(body, "$", ConnectionTypes.ExternalConnection, version, Problems) is not { } root)
        {
            return null;
        }

        RefuseChange(root, "id", current.Id);
        RefuseChange(root, "connectorId", current.ConnectorId);
        return ReadMembers(root, current, isCreate: false);
    }

    private ExternalConnection ReadMembers(GraphObject root, ExternalConnection current, bool isCreate)
    {
        ExternalConnection result = current;
        if (isCreate || root.Has("name"))
        {
            string? name = root.StringOrNull("name");
            if (name is not null || !HasShapeProblem(root, "name"))
            {
                ConnectionRules.CheckName(name, "$.name", Problems);
            }

            result = result with { Name = name ?? "" };
        }

        if (root.Has("description"))
        {
            string? description = root.StringOrNull("description");
            ConnectionRules.CheckDescription(description, "$.description", Problems);
            result = result with { Description = description };
        }

        if (root.Has("configuration"))
        {
            result = result with { Configuration = ReadConfiguration(root, isCreate) };
        }

        if (root.Has("activitySettings"))
        {
            result = result with
            {
                ActivitySettings = root.ObjectOrNull("activitySettings", ConnectionTypes.ActivitySettings, version) is { } settings
                    ? ReadActivitySettings(settings)
                    : null,
            };
        }

        if (root.Has("searchSettings"))
        {
            result = result with { SearchSettings = ReadSearchSettings(root, current.SearchSettings, isCreate) };
        }

        if (root.Has("complianceSettings"))
        {
            result = result with { ComplianceSettings = ReadComplianceSettings(root) };
        }

        if (root.Has("enabledContentExperiences"))
        {
            result = result with { EnabledContentExperiences = ReadExperiences(root) };
        }

        if (root.Has("contentCategory"))
        {
            // Not nullable, and on create there is nothing to reset (U45).
            if (isCreate && root.IsNull("contentCategory"))
            {
                Problems.Shape("$.contentCategory", GraphObject.WrongShape("$.contentCategory"));
            }

            result = result with { ContentCategory = root.EnumOrNull<ContentCategory>("contentCategory") };
        }

        return result;
    }

    private ConnectionConfiguration ReadConfiguration(GraphObject root, bool isCreate)
    {
        if (root.ObjectOrNull("configuration", ConnectionTypes.Configuration, version) is not { } configuration)
        {
            return new ConnectionConfiguration([callingApp]);
        }

        IReadOnlyList<string> sent = configuration.StringsOrNull("authorizedAppIds") ?? [];

        // The calling application is put in by the service and does not count, so that what GET shows can be sent back.
        int max = options.MaxAuthorizedApps + (sent.Contains(callingApp, StringComparer.OrdinalIgnoreCase) ? 1 : 0);
        ConnectionRules.CheckAuthorizedApps(sent, configuration.PathOf("authorizedAppIds"), max, Problems);
        List<string> apps = [.. sent.Select(app => app.ToLowerInvariant()).Distinct(StringComparer.Ordinal)];

        // The service puts the calling app in on create; an update may take it out, but never leaves nobody (U2).
        if ((isCreate && !apps.Contains(callingApp)) || apps.Count == 0)
        {
            apps.Add(callingApp);
        }

        foreach ((string name, JsonElement value) in configuration.Dynamic)
        {
            GraphObject.CheckText(value, configuration.PathOf(name), Problems);
        }

        return new ConnectionConfiguration(
            apps,
            configuration.Dynamic.Count == 0 ? null : [.. configuration.Dynamic.Select(member => new KeyValuePair<string, JsonElement>(member.Key, member.Value.Clone()))]);
    }

    private ActivitySettings ReadActivitySettings(GraphObject settings)
    {
        var resolvers = new List<ItemIdResolver>();
        int count = 0;
        foreach ((JsonElement element, string path) in settings.Elements("urlToItemResolvers"))
        {
            count++;
            if (GraphObject.Open(element, path, ConnectionTypes.ItemIdResolver, version, Problems) is { } resolver)
            {
                resolvers.Add(ReadResolver(resolver, element));
            }
        }

        if (count > ConnectionRules.MaxResolvers)
        {
            Problems.Rule(
                settings.PathOf("urlToItemResolvers"),
                "TooManyUrlToItemResolvers",
                $"There are {count} resolvers; at most {ConnectionRules.MaxResolvers} are allowed.");
        }

        return new ActivitySettings(resolvers);
    }

    private ItemIdResolver ReadResolver(GraphObject resolver, JsonElement element)
    {
        if (!element.EnumerateObject().Any(member => member.NameEquals("@odata.type")))
        {
            Problems.Rule(
                resolver.PathOf("@odata.type"),
                "DeserializationError",
                $"The base type is abstract: '@odata.type' must be '#{ConnectionTypes.ItemIdResolver.Name}'.");
        }

        int? priority = resolver.Int32OrNull("priority");
        ConnectionRules.CheckResolverPriority(priority, resolver.PathOf("priority"), Problems);
        GraphObject? match = resolver.ObjectOrNull("urlMatchInfo", ConnectionTypes.UrlMatchInfo, version);
        if (resolver.ValueOrNull("urlMatchInfo") is null)
        {
            Problems.Rule(resolver.PathOf("urlMatchInfo"), "InvalidUrlToItemResolver", "The urlMatchInfo, which says what URLs the resolver is for, is required.");
        }

        string pattern = match?.StringOrNull("urlPattern") ?? "";
        IReadOnlyCollection<string>? groups = GroupsOfPatternOrNull(pattern, $"{resolver.PathOf("urlMatchInfo")}.urlPattern");
        string? itemId = resolver.StringOrNull("itemId");
        ConnectionRules.CheckResolverItemId(itemId, groups, resolver.PathOf("itemId"), Problems);
        return new ItemIdResolver(priority ?? 0, itemId ?? "", match?.StringsOrNull("baseUrls") ?? [], pattern);
    }

    private string[]? GroupsOfPatternOrNull(string pattern, string path)
    {
        if (pattern.Length > UrlPattern.MaxLength)
        {
            Problems.Rule(path, "InvalidUrlToItemResolver", $"The urlPattern has {pattern.Length} characters; at most {UrlPattern.MaxLength} are allowed.");
            return null;
        }

        try
        {
            return UrlPattern.Compile(pattern).GetGroupNames();
        }
        catch (ArgumentException exception)
        {
            Problems.Rule(path, "InvalidUrlToItemResolver", $"The urlPattern is no regular expression: {exception.Message}");
            return null;
        }
    }

    /// <summary>Flags as one text, joined with commas, or as the sum of their numbers; the oldest names had other spellings (3.1.6).</summary>
    private ContentExperiences? ReadExperiences(GraphObject root)
    {
        const string Member = "enabledContentExperiences";
        if (root.ValueOrNull(Member) is { ValueKind: JsonValueKind.Number } number && !Problems.IsStrict)
        {
            ContentExperiences? sum = number.TryGetInt32(out int value) ? OfNumberOrNull(value) : null;
            if (sum is null)
            {
                Problems.Shape(root.PathOf(Member), GraphObject.WrongShape(root.PathOf(Member)));
            }

            return sum;
        }

        if (root.StringOrNull(Member) is not { } text)
        {
            return null;
        }

        var experiences = ContentExperiences.None;
        foreach (string name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (OfNameOrNull(name) is not { } experience)
            {
                Problems.Rule(root.PathOf(Member), "DeserializationError", $"Requested value '{name}' was not found. Allowed are search, compliance.");
                return null;
            }

            experiences |= experience;
        }

        return experiences;

        ContentExperiences? OfNameOrNull(string name) => (Problems.IsStrict ? name : name.ToLowerInvariant()) switch
        {
            "search" => ContentExperiences.Search,
            "compliance" => ContentExperiences.Compliance,
            "microsoftsearch" => ContentExperiences.Search,
            _ when !Problems.IsStrict && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int value) => OfNumberOrNull(value),
            _ => null,
        };

        static ContentExperiences? OfNumberOrNull(int value)
        {
            const ContentExperiences All = ContentExperiences.Search | ContentExperiences.Compliance;
            return value > 0 && (value & ~(int)All) == 0 ? (ContentExperiences)value : null;
        }
    }

    /// <summary>What stays as it was created: sent again it must be equal.</summary>
    private void RefuseChange(GraphObject root, string member, string? current)
    {
        if (root.Has(member) && root.StringOrNull(member) != current)
        {
            Problems.Rule(root.PathOf(member), "PropertyNotUpdateable", $"The member '{member}' cannot be changed.");
        }
    }

    private static bool IsBareActivitySettings(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object
        && body.TryGetProperty("@odata.type", out JsonElement type)
        && type.ValueKind == JsonValueKind.String
        && GraphObject.TryGetText(type, out string? text)
        && ConnectionTypes.ActivitySettings.IsNamed(text);

    private bool HasShapeProblem(GraphObject root, string member) => Problems.Any(problem => problem.Path == root.PathOf(member));
}
