using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>The rules of ids, names, application ids, templates and resolvers (external-connectors 3.1). Pure; every problem is reported.</summary>
internal static class ConnectionRules
{
    public const int MinIdLength = 3;
    public const int MaxIdLength = 32;
    public const int MaxNameLength = 128;
    public const int MaxTemplates = 2;
    public const int MaxTemplateIdLength = 16;
    public const int MaxResolvers = 8;

    /// <summary>Four times the length of an item id, for the names in braces (choice).</summary>
    public const int MaxResolverItemIdLength = 512;

    /// <summary>3.1.1; compared ignoring case (U8: stricter, and safe for clients that later go to the real service).</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "None", "Directory", "Exchange", "ExchangeArchive", "LinkedIn", "Mailbox", "OneDriveBusiness", "SharePoint", "Teams", "Yammer", "Connectors",
        "TaskFabric", "PowerBI", "Assistant", "TopicEngine", "MSFT_All_Connectors",
    };

    public static void CheckId(string? id, string path, Problems problems)
    {
        if (id is null)
        {
            problems.Rule(path, "InvalidConnectionId", "The id is required.");
            return;
        }

        // Before the alphabet, as one reserved word has underscores and deserves the better reason.
        if (Reserved.Contains(id))
        {
            problems.Rule(path, "ReservedConnectionId", $"The id '{id}' is reserved.");
            return;
        }

        if (id.Length is < MinIdLength or > MaxIdLength)
        {
            problems.Rule(path, "InvalidConnectionId", $"The id has {id.Length} characters; {MinIdLength} to {MaxIdLength} are allowed.");
        }

        if (!IsAlphanumeric(id))
        {
            problems.Rule(path, "InvalidConnectionId", $"The id '{id}' may hold ASCII letters and digits only.");
        }

        if (id.StartsWith("Microsoft", StringComparison.OrdinalIgnoreCase))
        {
            problems.Rule(path, "ReservedConnectionId", $"The id '{id}' must not begin with 'Microsoft'.");
        }
    }

    public static void CheckName(string? name, string path, Problems problems)
    {
        if (string.IsNullOrEmpty(name))
        {
            problems.Rule(path, "InvalidConnectionName", "The name is required.");
        }
        else if (string.IsNullOrWhiteSpace(name))
        {
            // Choice: a list of connections would show nothing at all, so it is as good as none (U5).
            problems.Rule(path, "InvalidConnectionName", "The name has nothing but blanks.");
        }
        else if (name.Length > MaxNameLength)
        {
            problems.Rule(path, "InvalidConnectionName", $"The name has {name.Length} characters; at most {MaxNameLength} are allowed.");
        }
        else if (name.Any(char.IsControl))
        {
            problems.Rule(path, "InvalidConnectionName", "The name has a control character, which a line of text cannot show.");
        }
    }

    /// <summary>Of any length (U4); tabs and line breaks are text, other control characters are not.</summary>
    public static void CheckDescription(string? description, string path, Problems problems)
    {
        if (description is not null && description.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\n' or '\r')))
        {
            problems.Rule(path, "InvalidConnectionDescription", "The description has a control character other than tabs and line breaks.");
        }
    }

    /// <summary>The <c>itemId</c> of a resolver, such as <c>doc_{num}</c>: names in braces are groups of its <c>urlPattern</c> (external-connectors 3.1.5).</summary>
    /// <param name="itemId">What was sent.</param>
    /// <param name="groups">The groups of the pattern; null when it is no pattern, so that nothing can be said about them.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Takes everything that is wrong.</param>
    public static void CheckResolverItemId(string? itemId, IReadOnlyCollection<string>? groups, string path, Problems problems)
    {
        if (string.IsNullOrEmpty(itemId))
        {
            problems.Rule(path, "InvalidUrlToItemResolver", "The itemId pattern is required.");
            return;
        }

        if (itemId.Length > MaxResolverItemIdLength)
        {
            problems.Rule(path, "InvalidUrlToItemResolver", $"The itemId pattern has {itemId.Length} characters; at most {MaxResolverItemIdLength} are allowed.");
            return;
        }

        for (int open = itemId.IndexOf('{', StringComparison.Ordinal); open >= 0; open = itemId.IndexOf('{', open + 1))
        {
            int close = itemId.IndexOf('}', open);
            if (close < 0)
            {
                problems.Rule(path, "InvalidUrlToItemResolver", "The itemId pattern has a '{' without its '}'.");
                return;
            }

            string name = itemId[(open + 1)..close];
            if (groups?.Contains(name) == false)
            {
                problems.Rule(path, "InvalidUrlToItemResolver", $"The itemId pattern names '{name}', which is no group of the urlPattern.");
            }

            open = close;
        }
    }

    /// <summary>Each entry must be an application id; at most <paramref name="max"/> of them (U1).</summary>
    public static void CheckAuthorizedApps(IReadOnlyList<string> appIds, string path, int max, Problems problems)
    {
        for (int i = 0; i < appIds.Count; i++)
        {
            if (!GuidText.IsValid(appIds[i]))
            {
                problems.Rule($"{path}[{i}]", "InvalidAppId", $"'{appIds[i]}' is not the GUID of an application.");
            }
        }

        if (appIds.Count > max)
        {
            problems.Rule(path, "TooManyAuthorizedApps", $"There are {appIds.Count} application ids; at most {max} are allowed.");
        }
    }

    public static void CheckTemplateId(string? id, string path, Problems problems)
    {
        if (string.IsNullOrEmpty(id) || id.Length > MaxTemplateIdLength || !IsAlphanumeric(id))
        {
            problems.Rule(path, "InvalidDisplayTemplateId", $"The template id must be 1 to {MaxTemplateIdLength} ASCII letters and digits.");
        }
    }

    public static void CheckTemplatePriority(int? priority, string path, Problems problems)
    {
        // Documented as positive, but a published sample sends 0.
        if (priority is null or < 0)
        {
            problems.Rule(path, "InvalidDisplayTemplate", "The priority is required and must be 0 or more.");
        }
    }

    public static void CheckResolverPriority(int? priority, string path, Problems problems)
    {
        if (priority is null or < 1 or > 8)
        {
            problems.Rule(path, "InvalidUrlToItemResolver", "The priority is required and must be 1 to 8.");
        }
    }

    /// <summary>
    /// A template whose id another template has already would make <c>resultTemplateId</c> ambiguous (choice). Compared ignoring case, as the ids of connections
    /// are (U8).
    /// </summary>
    public static void CheckDistinctTemplates(IReadOnlyList<DisplayTemplate> templates, string path, Problems problems)
    {
        for (int i = 1; i < templates.Count; i++)
        {
            if (templates.Take(i).Any(earlier => earlier.Id.Equals(templates[i].Id, StringComparison.OrdinalIgnoreCase)))
            {
                problems.Rule($"{path}[{i}].id", "DuplicateDisplayTemplateId", $"The template id '{templates[i].Id}' stands more than once.");
            }
        }
    }

    private static bool IsAlphanumeric(string text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }
        }

        return true;
    }
}
