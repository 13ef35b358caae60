using System.Globalization;
using Tributary.Graph;

namespace Tributary.Schemas;

/// <summary>
/// What a schema must satisfy (external-connectors 4.6 to 4.9; S and U numbers are that file's). Every violation is reported at once, on creation and
/// update alike: users' loudest complaint about the real service is an answer that names none of them (section 13).
/// </summary>
/// <remarks>
/// Both checks return the schema that results, or null when <c>problems</c> holds anything, be it from here or from <see cref="SchemaReader"/>.
/// <c>isPeople</c> says whether the connection's <c>contentCategory</c> is <c>people</c> at the time of the write (4.9).
/// The part of the file that looks at one property is <c>SchemaRules.Property.cs</c>.
/// </remarks>
internal static partial class SchemaRules
{
    public const int MaxProperties = 128;

    /// <summary>Of names and aliases.</summary>
    public const int MaxNameLength = 32;

    /// <summary>Of one property. No limit is published; what people type for one thing are a few words (choice).</summary>
    public const int MaxAliases = 32;

    /// <summary>In UTF-16 units, as .NET and JavaScript clients count.</summary>
    public const int MaxDescriptionLength = 200;

    /// <summary>Checks the first schema of a connection.</summary>
    public static Schema? CheckCreate(SchemaBody body, bool isPeople, SchemaOptions options, Problems problems)
    {
        CheckBaseType(body, isRequired: true, problems);
        if (body.PropertyCount == 0)
        {
            problems.Rule("$.properties", "NoProperties", "A schema needs at least one property.");
        }

        return Check(body, stored: [], isPeople, options, problems);
    }

    /// <summary>
    /// Checks an update of <paramref name="current"/>. The body's properties are merged into the stored ones by name, ignoring case; stored properties that
    /// the body does not name stay, in their order (U15), and new ones follow. A body that changes nothing, even one without properties, is fine (U19), and
    /// so is one without <c>baseType</c> (U18).
    /// </summary>
    public static Schema? CheckUpdate(SchemaBody body, Schema current, bool isPeople, SchemaOptions options, Problems problems)
    {
        CheckBaseType(body, isRequired: false, problems);
        return Check(body, current.Properties, isPeople, options, problems);
    }

    /// <summary>Why a schema that was accepted for another kind of connection cannot be one of people (external-connectors 4.9); null when it can.</summary>
    public static string? ReasonNotForPeopleOrNull(Schema schema)
    {
        if (schema.Properties.FirstOrDefault(property => property.Type is PropertyType.Principal or PropertyType.PrincipalCollection) is { } principal)
        {
            return $"The property '{principal.Name}' of the connection's schema is of a type that people connections do not have.";
        }

        return schema.Properties.Any(property => property.Labels.Contains(Label.PersonAccount))
            ? null
            : "No property of the connection's schema carries the label 'personAccount', which tells whose profile an item describes.";
    }

    private static Schema? Check(
        SchemaBody body, IReadOnlyList<Property> stored, bool isPeople, SchemaOptions options, Problems problems)
    {
        // 1. What the schema would be.
        List<PropertyDraft> drafts = Merge(body, stored, isPeople);

        // 2. Each property that was sent, by itself and against its stored self.
        foreach (PropertyDraft draft in drafts.Where(draft => draft.Body is not null))
        {
            CheckProperty(draft, options, problems);
        }

        // 3. The properties together.
        CheckCount(body, drafts, problems);
        CheckNamesAreUnique(drafts, problems);
        CheckLabelsAreUnique(drafts, problems);
        CheckAliasesAreUnique(drafts, problems);
        if (isPeople && !drafts.Any(draft => draft.Labels.Contains(Label.PersonAccount)))
        {
            problems.Rule(
                "$.properties",
                "PersonAccountRequired",
                "On a connection for people one property must carry the label 'personAccount': it tells whose profile an item describes.");
        }

        return problems.Count == 0 ? new Schema([.. drafts.Select(draft => draft.ToProperty())]) : null;
    }

    /// <summary>Stored properties in their order, each with what the body says of it, then the new ones in the order sent.</summary>
    private static List<PropertyDraft> Merge(SchemaBody body, IReadOnlyList<Property> stored, bool isPeople)
    {
        ILookup<string, PropertyBody> sent = body.Properties
            .Where(property => property.Name.Value is not null)
            .ToLookup(property => property.Name.Value!, StringComparer.OrdinalIgnoreCase);
        var storedNames = stored.Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

        var drafts = new List<PropertyDraft>();
        foreach (Property property in stored)
        {
            drafts.AddRange(sent[property.Name].Select(PropertyBody? (body) => body).DefaultIfEmpty(null)
                .Select(body => new PropertyDraft(body, property, isPeople)));
        }

        drafts.AddRange(body.Properties
            .Where(property => property.Name.Value is not { } name || !storedNames.Contains(name))
            .Select(property => new PropertyDraft(property, null, isPeople)));
        return drafts;
    }

    /// <summary>
    /// S1. The v1.0 resource page writes <c>microsoft.graph.externalConnector.externalItem</c>; every sample and the beta page have the short form, and a
    /// name that the real service is not known to take would only fail later.
    /// </summary>
    private static void CheckBaseType(SchemaBody body, bool isRequired, Problems problems)
    {
        if (!body.BaseType.IsSent)
        {
            if (isRequired)
            {
                problems.Rule("$.baseType", "InvalidBaseType", $"baseType is required and must be '{Schema.BaseType}'.");
            }
        }
        else if (body.BaseType.Value is { } baseType && !baseType.Equals(Schema.BaseType, StringComparison.OrdinalIgnoreCase))
        {
            problems.Rule("$.baseType", "InvalidBaseType", $"baseType '{baseType}' must be '{Schema.BaseType}'.");
        }
    }

    /// <summary>S2. On an update the stored properties count too, as none can be removed.</summary>
    private static void CheckCount(SchemaBody body, List<PropertyDraft> drafts, Problems problems)
    {
        int unreadable = (body.PropertyCount ?? 0) - body.Properties.Count;
        int count = drafts.Count + unreadable;
        if (count > MaxProperties)
        {
            problems.Rule(
                "$.properties",
                "TooManyProperties",
                string.Create(CultureInfo.InvariantCulture, $"The schema would have {count} properties; at most {MaxProperties} are allowed."));
        }
    }

    /// <summary>S3. Ignoring case, as queries match names that way.</summary>
    private static void CheckNamesAreUnique(List<PropertyDraft> drafts, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyDraft draft in drafts)
        {
            if (draft.Name is { } name && !names.Add(name))
            {
                problems.Rule(
                    draft.Sent.PathOf("name"),
                    "DuplicatePropertyName",
                    $"The name '{draft.Sent.Name.Value}' stands more than once; names are compared ignoring case.");
            }
        }
    }

    /// <summary>
    /// S11: a label is on at most one property; a property may have several. Labels that stay as stored come first, so that the label that was sent is the
    /// one reported. Moving a label needs both properties in one body.
    /// </summary>
    private static void CheckLabelsAreUnique(List<PropertyDraft> drafts, Problems problems)
    {
        var owners = new Dictionary<Label, PropertyDraft>();
        foreach (PropertyDraft draft in drafts.Where(draft => !draft.Sent.Labels.IsSent))
        {
            foreach (Label label in draft.Labels)
            {
                owners.TryAdd(label, draft);
            }
        }

        foreach (PropertyDraft draft in drafts)
        {
            foreach ((Label label, string path) in draft.Sent.Labels.Value ?? [])
            {
                if (!owners.TryAdd(label, draft) && owners[label] != draft)
                {
                    problems.Rule(
                        path,
                        "DuplicateLabel",
                        $"The label '{WireNames<Label>.Get(label)}' is already on property '{owners[label].Name}'; it may be on one only.");
                }
            }
        }
    }

    /// <summary>
    /// S13: in a query an alias stands where a name may stand, so it must lead to one property. An alias that repeats its own property's name, or itself,
    /// leads nowhere else and is accepted.
    /// </summary>
    private static void CheckAliasesAreUnique(List<PropertyDraft> drafts, Problems problems)
    {
        var names = new Dictionary<string, PropertyDraft>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyDraft draft in drafts.Where(draft => draft.Name is not null))
        {
            names.TryAdd(draft.Name!, draft);
        }

        var owners = new Dictionary<string, PropertyDraft>(StringComparer.OrdinalIgnoreCase);
        foreach (PropertyDraft draft in drafts.Where(draft => !draft.Sent.Aliases.IsSent))
        {
            foreach (string alias in draft.Aliases)
            {
                owners.TryAdd(alias, draft);
            }
        }

        // A new name against aliases that stay: the name is what was sent.
        foreach (PropertyDraft draft in drafts.Where(draft => draft.Stored is null && draft.Name is not null))
        {
            if (owners.TryGetValue(draft.Name!, out PropertyDraft? owner) && owner != draft)
            {
                problems.Rule(draft.Sent.PathOf("name"), "DuplicatePropertyName", $"The name '{draft.Name}' is already an alias of property '{owner.Name}'.");
            }
        }

        foreach (PropertyDraft draft in drafts)
        {
            foreach ((string alias, string path) in draft.Sent.Aliases.Value ?? [])
            {
                if (names.TryGetValue(alias, out PropertyDraft? named) && named != draft)
                {
                    problems.Rule(path, "InvalidAlias", $"The alias '{alias}' is the name of property '{named.Name}'.");
                }
                else if (!owners.TryAdd(alias, draft) && owners[alias] != draft)
                {
                    problems.Rule(path, "InvalidAlias", $"The alias '{alias}' is already an alias of property '{owners[alias].Name}'.");
                }
            }
        }
    }
}
