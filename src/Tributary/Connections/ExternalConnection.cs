using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tributary.Connections;

/// <summary><c>connectionState</c>. Numbers are the metadata's.</summary>
internal enum ConnectionState
{
    Draft = 1,
    Ready = 2,
    Obsolete = 3,
    LimitExceeded = 4,
}

/// <summary><c>contentCategory</c>. Numbers are the metadata's.</summary>
internal enum ContentCategory
{
    Uncategorized = 0,
    KnowledgeBase = 1,
    Wikis = 2,
    FileRepository = 3,
    Qna = 4,
    Crm = 5,
    Dashboard = 6,
    People = 7,
    Media = 8,
    Email = 9,
    Messaging = 10,
    MeetingTranscripts = 11,
    TaskManagement = 12,
    LearningManagement = 13,
}

/// <summary><c>contentExperienceType</c>, flags; beta only. On the wire one text, joined with a comma.</summary>
[Flags]
internal enum ContentExperiences
{
    None = 0,
    Search = 1,
    Compliance = 2,
}

/// <summary><c>ruleOperation</c>. Numbers are the metadata's.</summary>
internal enum RuleOperation
{
    Null = 0,
    Equals = 1,
    NotEquals = 2,
    Contains = 3,
    NotContains = 4,
    LessThan = 5,
    GreaterThan = 6,
    StartsWith = 7,
}

/// <summary><c>microsoft.graph.binaryOperator</c>. Numbers are the metadata's.</summary>
internal enum BinaryOperator
{
    Or = 0,
    And = 1,
}

/// <summary>What a connection's owner can write (external-connectors 3.1). State and counts are the store's (<see cref="StoredConnection"/>).</summary>
internal sealed record ExternalConnection
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public string? Description { get; init; }

    public required ConnectionConfiguration Configuration { get; init; }

    /// <summary>Teams app id; accepted and kept, without effect (16.2).</summary>
    public string? ConnectorId { get; init; }

    public ActivitySettings? ActivitySettings { get; init; }

    public SearchSettings? SearchSettings { get; init; }

    /// <summary>Beta only.</summary>
    public ComplianceSettings? ComplianceSettings { get; init; }

    /// <summary>Beta only; null when none was set, which reads as <see cref="ContentExperiences.Search"/>.</summary>
    public ContentExperiences? EnabledContentExperiences { get; init; }

    /// <summary>Null when none was set, which reads as <see cref="ContentCategory.Uncategorized"/>.</summary>
    public ContentCategory? ContentCategory { get; init; }

    [JsonIgnore]
    public bool IsSearched => (EnabledContentExperiences ?? ContentExperiences.Search).HasFlag(ContentExperiences.Search);

    [JsonIgnore]
    public bool IsForCompliance => EnabledContentExperiences?.HasFlag(ContentExperiences.Compliance) ?? false;
}

/// <summary><c>configuration</c>: an open type, so members that are not declared are kept as sent.</summary>
/// <param name="AuthorizedAppIds">Lower-case application ids that may manage the connection; never empty.</param>
/// <param name="Dynamic">Undeclared members in the order sent; null when there are none.</param>
internal sealed record ConnectionConfiguration(IReadOnlyList<string> AuthorizedAppIds, IReadOnlyList<KeyValuePair<string, JsonElement>>? Dynamic = null);

/// <summary><c>searchSettings</c>: at most two templates.</summary>
internal sealed record SearchSettings(IReadOnlyList<DisplayTemplate> SearchResultTemplates);

/// <summary><c>complianceSettings</c> (beta).</summary>
internal sealed record ComplianceSettings(IReadOnlyList<DisplayTemplate> EDiscoveryResultTemplates);

/// <summary><c>displayTemplate</c>.</summary>
/// <param name="Id">1 to 16 letters and digits; becomes <c>resultTemplateId</c> of hits.</param>
/// <param name="Layout">An Adaptive Card, kept as sent.</param>
/// <param name="Priority">Lower goes first; 0 and up.</param>
/// <param name="Rules">All must hold; none means always.</param>
internal sealed record DisplayTemplate(string Id, JsonElement Layout, int Priority, IReadOnlyList<PropertyRule> Rules);

/// <summary><c>propertyRule</c> of a display template.</summary>
internal sealed record PropertyRule(RuleOperation Operation, string Property, IReadOnlyList<string> Values, BinaryOperator ValuesJoinedBy);

/// <summary><c>activitySettings</c>: at most eight resolvers.</summary>
internal sealed record ActivitySettings(IReadOnlyList<ItemIdResolver> UrlToItemResolvers);

/// <summary><c>itemIdResolver</c>, the one concrete <c>urlToItemResolverBase</c>.</summary>
/// <param name="Priority">1 to 8, in ascending order of evaluation.</param>
/// <param name="ItemId">Pattern that yields the item id; names in braces are groups of the URL pattern.</param>
/// <param name="BaseUrls">The URL's base must be one of these before the pattern is tried.</param>
/// <param name="UrlPattern">Regular expression with named groups.</param>
internal sealed record ItemIdResolver(int Priority, string ItemId, IReadOnlyList<string> BaseUrls, string UrlPattern);
