using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Connections;

internal sealed partial class ConnectionReader
{
    /// <summary>
    /// The settings as they will be. Of a create, where the quirk lets it pass, a template with a broken layout is not registered (3.2.4) and the others are;
    /// an update keeps what was there, so that a request that is answered 503 takes no template away.
    /// </summary>
    private SearchSettings? ReadSearchSettings(GraphObject root, SearchSettings? current, bool isCreate)
    {
        if (root.ObjectOrNull("searchSettings", ConnectionTypes.SearchSettings, version) is not { } settings)
        {
            return null;
        }

        int before = LayoutProblems.Count;
        (List<DisplayTemplate> all, List<DisplayTemplate> sound) = ReadTemplates(settings, "searchResultTemplates", LayoutProblems, isForEDiscovery: false);
        if (settings.ValueOrNull("searchResultTemplates") is { ValueKind: JsonValueKind.Array } sent && sent.GetArrayLength() is var count and > ConnectionRules.MaxTemplates)
        {
            Problems.Rule(
                settings.PathOf("searchResultTemplates"),
                "TooManyDisplayTemplates",
                $"There are {count} templates; at most {ConnectionRules.MaxTemplates} are allowed.");
        }

        return LayoutProblems.Count == before ? new SearchSettings(all)
            : !isCreate ? current
            : sound.Count > 0 ? new SearchSettings(sound) : null;
    }

    /// <summary>Known issue 19908 is about search results: what is wrong with a layout for eDiscovery is a problem like any other.</summary>
    private ComplianceSettings? ReadComplianceSettings(GraphObject root) =>
        root.ObjectOrNull("complianceSettings", ConnectionTypes.ComplianceSettings, version) is { } settings
            ? new ComplianceSettings(ReadTemplates(settings, "eDiscoveryResultTemplates", Problems, isForEDiscovery: true).All)
            : null;

    /// <summary>All templates that are objects, and those of them whose layout is no broken one.</summary>
    private (List<DisplayTemplate> All, List<DisplayTemplate> Sound) ReadTemplates(GraphObject settings, string member, Problems layoutProblems, bool isForEDiscovery)
    {
        List<DisplayTemplate> all = [];
        List<DisplayTemplate> sound = [];
        foreach ((JsonElement element, string path) in settings.Elements(member))
        {
            if (GraphObject.Open(element, path, ConnectionTypes.DisplayTemplate, version, Problems) is { } template)
            {
                int before = layoutProblems.Count;
                CheckLayout(template, layoutProblems, isForEDiscovery);
                bool isSound = layoutProblems.Count == before;
                all.Add(ReadTemplate(template));
                if (isSound)
                {
                    sound.Add(all[^1]);
                }
            }
        }

        ConnectionRules.CheckDistinctTemplates(all, settings.PathOf(member), Problems);
        return (all, sound);
    }

    private static void CheckLayout(GraphObject template, Problems problems, bool isForEDiscovery)
    {
        string path = template.PathOf("layout");
        if (template.ValueOrNull("layout") is not { } layout)
        {
            problems.Rule(path, AdaptiveCardRules.Code, "The layout is required.");
            return;
        }

        AdaptiveCardRules.Check(layout, path, problems);
        if (isForEDiscovery)
        {
            EDiscoveryCardRules.Check(layout, path, problems);
        }
    }

    private DisplayTemplate ReadTemplate(GraphObject template)
    {
        string? id = template.StringOrNull("id");
        ConnectionRules.CheckTemplateId(id, template.PathOf("id"), Problems);
        int? priority = template.Int32OrNull("priority");
        ConnectionRules.CheckTemplatePriority(priority, template.PathOf("priority"), Problems);
        var rules = new List<PropertyRule>();
        foreach ((JsonElement element, string path) in template.Elements("rules"))
        {
            if (GraphObject.Open(element, path, ConnectionTypes.PropertyRule, version, Problems) is { } rule)
            {
                rules.Add(ReadRule(rule));
            }
        }

        return new DisplayTemplate(id ?? "", template.ValueOrNull("layout")?.Clone() ?? default, priority ?? 0, rules);
    }

    private PropertyRule ReadRule(GraphObject rule)
    {
        foreach (string required in (ReadOnlySpan<string>)["operation", "property", "values", "valuesJoinedBy"])
        {
            if (rule.ValueOrNull(required) is null)
            {
                Problems.Rule(rule.PathOf(required), "InvalidPropertyRule", $"The member '{required}' of a property rule is required.");
            }
        }

        return new PropertyRule(
            rule.EnumOrNull<RuleOperation>("operation") ?? default,
            rule.StringOrNull("property") ?? "",
            rule.StringsOrNull("values") ?? [],
            rule.EnumOrNull<BinaryOperator>("valuesJoinedBy") ?? default);
    }
}
