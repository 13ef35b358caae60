using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>
/// What a card for eDiscovery may not have besides (external-connectors 3.1.4): a version over 1.2, markdown, or <c>${}</c> expressions; a binding is written
/// <c>{name}</c> there.
/// </summary>
internal static class EDiscoveryCardRules
{
    /// <summary>The members of elements whose text is rendered, and where markdown would be.</summary>
    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase) { "text", "title", "value", "altText", "fallbackText" };

    /// <summary>Bold, italics, links and lists: the subset of markdown that Adaptive Cards know.</summary>
    private static readonly Lazy<Regex> Markdown = new(() => new Regex(
        @"\*\*[^*]+\*\*|(^|\W)_[^_]+_(\W|$)|\[[^\]]+\]\([^)]+\)|(^|\n)\s*(-|\d+\.)\s", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));

    /// <summary>Adds a problem for each defect of <paramref name="layout"/>, which is at <paramref name="path"/> of the request.</summary>
    public static void Check(JsonElement layout, string path, Problems problems)
    {
        if (layout.ValueKind == JsonValueKind.Object)
        {
            Check(layout, new Stack<string>([path]), name: null, problems);
        }
    }

    private static void Check(JsonElement value, Stack<string> steps, string? name, Problems problems)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    steps.Push("." + member.Name);
                    Check(member.Value, steps, member.Name, problems);
                    steps.Pop();
                }

                break;
            case JsonValueKind.Array:
                int index = 0;
                foreach (JsonElement element in value.EnumerateArray())
                {
                    steps.Push(string.Create(CultureInfo.InvariantCulture, $"[{index++}]"));
                    Check(element, steps, name, problems);
                    steps.Pop();
                }

                break;
            case JsonValueKind.String when ReasonOrNull(value, name, isOfCard: steps.Count == 2) is { } reason && problems.Count < AdaptiveCardRules.MaxProblems:
                problems.Rule(string.Concat(steps.Reverse()), AdaptiveCardRules.Code, reason);
                break;
        }
    }

    private static string? ReasonOrNull(JsonElement value, string? name, bool isOfCard)
    {
        // What is no text at all is told by the rules of all cards.
        if (!GraphObject.TryGetText(value, out string? text))
        {
            return null;
        }

        if (isOfCard && name is "version")
        {
            return Version.TryParse(text, out Version? version) && version > new Version(1, 2) ? "A card for eDiscovery has at most version 1.2." : null;
        }

        if (text!.Contains("${", StringComparison.Ordinal))
        {
            return "A card for eDiscovery binds by {name}; it has no ${} expressions.";
        }

        return name is not null && Texts.Contains(name) && Markdown.Value.IsMatch(text) ? "A card for eDiscovery has no markdown." : null;
    }
}
