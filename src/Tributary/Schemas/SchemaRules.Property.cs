using System.Globalization;
using Tributary.Graph;

namespace Tributary.Schemas;

internal static partial class SchemaRules
{
    private static void CheckProperty(PropertyDraft draft, SchemaOptions options, Problems problems)
    {
        CheckName(draft, problems);
        CheckType(draft, problems);
        CheckSearchable(draft, problems);
        CheckRefinable(draft, problems);
        CheckExactMatch(draft, problems);
        CheckLabels(draft, options, problems);
        CheckAliases(draft, problems);
        CheckDescription(draft, problems);
    }

    /// <summary>S3, form.</summary>
    private static void CheckName(PropertyDraft draft, Problems problems)
    {
        if (!draft.Sent.Name.IsSent)
        {
            problems.Rule(draft.Sent.PathOf("name"), "InvalidPropertyName", "A property needs a name.");
        }
        else if (draft.Sent.Name.Value is { } name && WhyNoName(name) is { } reason)
        {
            problems.Rule(draft.Sent.PathOf("name"), "InvalidPropertyName", $"The name '{name}' {reason}");
        }
    }

    /// <summary>S4, U16, and 4.9 on principals. A stored property keeps its type, so an update may leave it out.</summary>
    private static void CheckType(PropertyDraft draft, Problems problems)
    {
        string path = draft.Sent.PathOf("type");
        if (!draft.Sent.Type.IsSent && draft.Stored is null)
        {
            problems.Rule(path, "InvalidPropertyType", $"{Named(draft)} needs a type.");
        }

        if (draft.Stored is { } stored && draft.Sent.Type.Value is { } type && type != stored.Type)
        {
            problems.Rule(
                path,
                "PropertyTypeCannotChange",
                $"{Named(draft)} has type '{WireNames<PropertyType>.Get(stored.Type)}', which cannot change to '{WireNames<PropertyType>.Get(type)}'.");
        }

        if (draft.IsPeople && draft.Sent.Type.Value is PropertyType.Principal or PropertyType.PrincipalCollection)
        {
            problems.Rule(path, "PropertyTypeNotSupported", $"{Named(draft)} cannot be of type '{TypeName(draft)}' on a connection for people.");
        }
    }

    /// <summary>S5, S6, and the update rule that a refinable property cannot become searchable (4.8).</summary>
    private static void CheckSearchable(PropertyDraft draft, Problems problems)
    {
        if (!draft.IsSearchable)
        {
            return;
        }

        if (draft.Type is { } type && !type.IsText())
        {
            problems.Rule(
                draft.Sent.PathOf("isSearchable"),
                "SearchableShouldBeString",
                $"{Named(draft)} of type '{TypeName(draft)}' cannot be searchable; only string and stringCollection can.");
        }

        if (draft.IsRefinable)
        {
            problems.Rule(
                draft.Sent.PathOf(draft.Sent.IsSearchable.IsSent ? "isSearchable" : "isRefinable"),
                "SearchableAndRefinableConflict",
                $"{Named(draft)} cannot be both searchable and refinable.");
        }
        else if (draft.Stored is { IsRefinable: true })
        {
            // Refused even when the same body takes the refiner away: the documentation forbids the step, not the state.
            problems.Rule(
                draft.Sent.PathOf("isSearchable"),
                "SearchableAndRefinableConflict",
                $"{Named(draft)} is refinable and cannot be made searchable.");
        }
    }

    /// <summary>
    /// S7 with the observed text, S15, and U17. Refinable text is accepted (S8). Taking a refiner away is not documented, neither as allowed nor as refused;
    /// it is accepted, as it needs no index that is not there.
    /// </summary>
    private static void CheckRefinable(PropertyDraft draft, Problems problems)
    {
        if (!draft.IsRefinable)
        {
            return;
        }

        if (draft.Type is PropertyType.Boolean or PropertyType.Principal or PropertyType.PrincipalCollection)
        {
            problems.Rule(
                draft.Sent.PathOf("isRefinable"),
                "RefinerShouldNotBeOfType",
                $"Refiner property '{draft.Name}' cannot be of type '{draft.Type}'.");
        }

        if (draft.Stored is { IsRefinable: false })
        {
            problems.Rule(
                draft.Sent.PathOf("isRefinable"),
                "RefinerCannotBeAdded",
                $"{Named(draft)} exists and is not refinable; only a new property can be made refinable.");
        }
    }

    /// <summary>S9. A v1.0 client does not see the flag, and may meet this rule when it makes such a property searchable; hence the full sentence.</summary>
    private static void CheckExactMatch(PropertyDraft draft, Problems problems)
    {
        if (!draft.IsExactMatchRequired)
        {
            return;
        }

        if (draft.Type is { } type && !type.IsText())
        {
            problems.Rule(
                draft.Sent.PathOf("isExactMatchRequired"),
                "ExactMatchShouldBeString",
                $"{Named(draft)} of type '{TypeName(draft)}' cannot have isExactMatchRequired; only string and stringCollection can.");
        }

        if (draft.IsSearchable)
        {
            problems.Rule(
                draft.Sent.PathOf(draft.Sent.IsExactMatchRequired.IsSent ? "isExactMatchRequired" : "isSearchable"),
                "ExactMatchAndSearchableConflict",
                $"{Named(draft)} cannot both be searchable and have isExactMatchRequired.");
        }
    }

    /// <summary>
    /// S10, S12 and 4.9. The rules for <c>person…</c> labels go with the label, whatever the connection: the documentation does not say that such a label is
    /// refused where <c>contentCategory</c> is another, and the v1.0 client models cannot set that member.
    /// </summary>
    private static void CheckLabels(PropertyDraft draft, SchemaOptions options, Problems problems)
    {
        foreach ((Label label, string path) in draft.Sent.Labels.Value ?? [])
        {
            if (label.IsNotYetSupported())
            {
                problems.Rule(path, "LabelNotSupported", $"The label '{WireNames<Label>.Get(label)}' is not yet supported.");
            }
            else if (draft.Type is { } type && !LabelTypes.Of(label).Contains(type))
            {
                string expected = string.Join(", ", LabelTypes.Of(label).Select(WireNames<PropertyType>.Get));
                problems.Rule(
                    path,
                    "LabelTypeMismatch",
                    $"{Named(draft)} of type '{TypeName(draft)}' cannot have the label '{WireNames<Label>.Get(label)}', which fits {expected}.");
            }
        }

        // People connections ignore the flag, so it cannot be asked for there.
        if (options.RequireRetrievableLabels && !draft.IsPeople && !draft.IsRetrievable && draft.Labels.Any(label => !label.IsPerson()))
        {
            string labels = string.Join("', '", draft.Labels.Where(label => !label.IsPerson()).Select(WireNames<Label>.Get));
            problems.Rule(
                draft.Sent.PathOf(draft.Sent.Labels.IsSent ? "labels" : "isRetrievable"),
                "LabelNotRetrievable",
                $"{Named(draft)} with label '{labels}' must be retrievable.");
        }
    }

    /// <summary>S13, form.</summary>
    private static void CheckAliases(PropertyDraft draft, Problems problems)
    {
        if (draft.Sent.Aliases.IsSent && draft.Aliases.Count > MaxAliases)
        {
            problems.Rule(draft.Sent.PathOf("aliases"), "InvalidAlias", $"{Named(draft)} has {draft.Aliases.Count} aliases; at most {MaxAliases} are allowed.");
            return;
        }

        foreach ((string alias, string path) in draft.Sent.Aliases.Value ?? [])
        {
            if (WhyNoName(alias) is { } reason)
            {
                problems.Rule(path, "InvalidAlias", $"The alias '{alias}' {reason}");
            }
        }
    }

    /// <summary>S14. Kept also where Copilot ignores it (on <c>person…</c> labels).</summary>
    private static void CheckDescription(PropertyDraft draft, Problems problems)
    {
        if (draft.Sent.Description.Value is { Length: > MaxDescriptionLength } description)
        {
            problems.Rule(
                draft.Sent.PathOf("description"),
                "InvalidDescription",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Named(draft)} has a description of {description.Length} characters; at most {MaxDescriptionLength} are allowed."));
        }
    }

    /// <summary>
    /// What is wrong with a name or alias, as the end of a sentence; null for a good one. "Alphanumeric" is read as ASCII letters and digits: the
    /// page is silent on letters beyond ASCII, and a schema that passes here should not be refused by the real service later.
    /// </summary>
    private static string? WhyNoName(string name)
    {
        if (name.Length == 0)
        {
            return "is empty.";
        }

        if (name.Length > MaxNameLength)
        {
            return string.Create(CultureInfo.InvariantCulture, $"has {name.Length} characters; at most {MaxNameLength} are allowed.");
        }

        return name.All(char.IsAsciiLetterOrDigit) ? null : "may have letters A to Z, a to z and digits only.";
    }

    private static string Named(PropertyDraft draft) => draft.Name is { } name ? $"Property '{name}'" : "A property without name";

    private static string TypeName(PropertyDraft draft) => draft.Type is { } type ? WireNames<PropertyType>.Get(type) : "";
}
