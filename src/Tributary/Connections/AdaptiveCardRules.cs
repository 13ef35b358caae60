using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Connections;

/// <summary>
/// Whether the <c>layout</c> of a display template is a valid Adaptive Card (external-connectors 3.1.3). The real service does not say what it
/// checks; what it does to a connection whose card is broken is known issue 19908 (external-connectors 3.2.4). We hold a card to the published
/// format, and are as tolerant as its hosts: members that the format does not know are let through, and so is <c>${…}</c> in place of any value.
/// </summary>
internal static class AdaptiveCardRules
{
    /// <summary>The inner code of every defect of a card.</summary>
    public const string Code = "InvalidAdaptiveCard";

    /// <summary>Levels of objects and arrays. A card for a search result has around ten.</summary>
    public const int MaxDepth = 64;

    /// <summary>So many defects of one card are told; the rest would not make it clearer.</summary>
    public const int MaxProblems = 50;

    /// <summary>Adds a problem for each defect of <paramref name="layout"/>, which is at <paramref name="path"/> of the request.</summary>
    public static void Check(JsonElement layout, string path, Problems problems)
    {
        // A published sample of the update request sends {}.
        if (layout.ValueKind == JsonValueKind.Object && layout.GetPropertyCount() == 0)
        {
            return;
        }

        // A binding may stand in place of any value, but not of the card itself: there would be nothing to bind.
        if (layout.ValueKind != JsonValueKind.Object)
        {
            problems.Rule(path, Code, $"Expected an Adaptive Card, found {Found(layout)}.");
            return;
        }

        new Walk(path, problems).CheckObject(layout, AdaptiveCardElements.Layout);
    }

    /// <summary>What was found where something else was expected. Long text is not repeated.</summary>
    private static string Found(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String when GraphObject.TryGetText(value, out string? text) && text!.Length <= 64 => $"'{text}'",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a Boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    /// <summary>
    /// One pass over a card, every value once. Recursion is bounded by <see cref="MaxDepth"/>. Paths are put together only for problems: to carry
    /// them along as strings would make a card with many values under a long name quadratic.
    /// </summary>
    private sealed class Walk(string root, Problems problems)
    {
        private const int MaxNameInPath = 128;

        private readonly List<Step> _steps = [];
        private int _reported;
        private bool _isStopped;

        /// <summary>
        /// How many of the objects around the current one have a fallback. A host that meets an unknown type without a fallback of its own renders
        /// the nearest one around it, so nothing is wrong then (microsoft/AdaptiveCards, <c>samples/v1.2/Elements/Column.Fallback.json</c>).
        /// </summary>
        private int _fallbacksAround;

        public void CheckObject(JsonElement value, CardObject place)
        {
            if (TryEnter())
            {
                OrderedDictionary<string, JsonElement> members = ReadMembers(value);
                CheckMembers(members, TypeOf(members, place), place);
            }
        }

        private void CheckValue(JsonElement value, CardValue expected)
        {
            string? text = null;
            if (value.ValueKind == JsonValueKind.String && !TryReadPlain(value, out text))
            {
                return;
            }

            switch (expected)
            {
                case CardObject place when value.ValueKind == JsonValueKind.Object:
                    CheckObject(value, place);
                    break;
                case CardObject place:
                    Report($"Expected {place.Noun}, found {Found(value)}.");
                    break;
                case CardShorthand shorthand when value.ValueKind == JsonValueKind.Object:
                    CheckObject(value, shorthand.Long);
                    break;
                case CardShorthand shorthand when !shorthand.Short.Accepts(value, text):
                    Report($"Expected {shorthand.Short.Noun} or {shorthand.Long.Noun}, found {Found(value)}.");
                    break;
                case CardList list when value.ValueKind == JsonValueKind.Array:
                    CheckItems(value, list.Item);
                    break;
                case CardList:
                    Report($"Expected an array, found {Found(value)}.");
                    break;
                case CardLeaf leaf when !leaf.Accepts(value, text):
                    Report($"Expected {leaf.Noun}, found {Found(value)}.");
                    break;
                case CardLeaf when value.ValueKind == JsonValueKind.Array:
                    CheckItems(value, AdaptiveCardElements.Anything);
                    break;
                case CardLeaf when value.ValueKind == JsonValueKind.Object && TryEnter():
                    CheckMembers(ReadMembers(value), AdaptiveCardElements.Foreign, place: null);
                    break;
            }
        }

        private void CheckItems(JsonElement array, CardValue expected)
        {
            if (!TryEnter())
            {
                return;
            }

            int index = 0;
            foreach (JsonElement item in array.EnumerateArray())
            {
                _steps.Add(new Step(null, index++));
                CheckValue(item, expected);
                _steps.RemoveAt(_steps.Count - 1);
                if (_isStopped)
                {
                    return;
                }
            }
        }

        /// <param name="members">The members of one object. Those that are null count as absent, as in the schema.</param>
        /// <param name="type">What the object is.</param>
        /// <param name="place">Where it stands, which is where its fallback would; null when the format says nothing of the place.</param>
        private void CheckMembers(OrderedDictionary<string, JsonElement> members, CardType type, CardObject? place)
        {
            foreach (CardMember required in type.Required.Where(member => !Has(members, member.Name)))
            {
                ReportAt(required.Name, $"{type.Name} needs the member '{required.Name}'.");
            }

            if (type.NeedsOneOf.Count > 0 && !type.NeedsOneOf.Any(name => Has(members, name)))
            {
                ReportAt(type.NeedsOneOf[0], $"{type.Name} needs one of the members {string.Join(", ", type.NeedsOneOf)}.");
            }

            int fallbacks = _fallbacksAround;
            int fallbacksInside = fallbacks + (HasFallback(members, place) ? 1 : 0);
            foreach ((string name, JsonElement value) in members)
            {
                if (_isStopped)
                {
                    return;
                }

                if (value.ValueKind == JsonValueKind.Null)
                {
                    continue;
                }

                CardValue expected = type.MemberOrNull(name)?.Value ?? AdaptiveCardElements.Anything;
                _steps.Add(new Step(name));
                if (expected is CardFallback fallback)
                {
                    CheckValue(value, new CardShorthand(fallback.Word, place!));
                }
                else
                {
                    _fallbacksAround = fallbacksInside;
                    CheckValue(value, expected);
                    _fallbacksAround = fallbacks;
                }

                _steps.RemoveAt(_steps.Count - 1);
            }
        }

        /// <summary>
        /// The row of the table that an object is held to. A type that is bound, or unknown where there is a fallback, leaves only that to check.
        /// </summary>
        private CardType TypeOf(OrderedDictionary<string, JsonElement> members, CardObject place)
        {
            if (!Has(members, "type"))
            {
                if (place.Only is null)
                {
                    ReportAt("type", $"Expected {place.Noun}; its type is missing. Known are {string.Join(", ", place.TypeNames)}.");
                }

                return place.Only ?? AdaptiveCardElements.Unknown;
            }

            JsonElement type = members["type"];
            bool isText = type.ValueKind == JsonValueKind.String;
            if (isText && (!GraphObject.TryGetText(type, out string? name) || CardBinding.Read(name!) != CardText.Plain))
            {
                return AdaptiveCardElements.Unknown; // What is wrong with the text, if anything, is told when the member is reached.
            }

            if (isText && place.TypeOrNull(type.GetString()!) is { } known)
            {
                return known;
            }

            if (!isText || (_fallbacksAround == 0 && !HasFallback(members, place)))
            {
                ReportAt("type", $"Expected {place.Noun}, found {Found(type)}. Known are {string.Join(", ", place.TypeNames)}.");
            }

            return AdaptiveCardElements.Unknown;
        }

        private OrderedDictionary<string, JsonElement> ReadMembers(JsonElement value)
        {
            var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (JsonProperty property in value.EnumerateObject())
            {
                string name;
                try
                {
                    name = property.Name;
                }
                catch (InvalidOperationException)
                {
                    Report("A member's name has half of a surrogate pair, which is no Unicode text.");
                    continue;
                }

                if (!members.TryAdd(name, property.Value))
                {
                    ReportAt(name, $"The member '{Shortened(name)}' is given more than once.");
                }
            }

            return members;
        }

        /// <summary>True for text to be judged as it stands; false when it is bound, so that it cannot be judged, or is itself a defect.</summary>
        private bool TryReadPlain(JsonElement value, out string? text)
        {
            if (!GraphObject.TryGetText(value, out text))
            {
                Report("The text has half of a surrogate pair, which is no Unicode text.");
                return false;
            }

            CardText read = CardBinding.Read(text!);
            if (read == CardText.Unterminated)
            {
                Report("An expression is opened with '${' and not closed.");
            }

            return read == CardText.Plain;
        }

        /// <summary>Whether to go into the object or array that the walk has come to.</summary>
        private bool TryEnter()
        {
            if (_steps.Count >= MaxDepth)
            {
                Report($"The card is nested deeper than {MaxDepth} levels.");
                _isStopped = true;
            }

            return !_isStopped;
        }

        private static bool Has(OrderedDictionary<string, JsonElement> members, string name) =>
            members.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

        private static bool HasFallback(OrderedDictionary<string, JsonElement> members, CardObject? place) =>
            place is { TakesFallback: true } && Has(members, "fallback");

        private void ReportAt(string name, string message)
        {
            _steps.Add(new Step(name));
            Report(message);
            _steps.RemoveAt(_steps.Count - 1);
        }

        private void Report(string message)
        {
            if (_isStopped)
            {
                return;
            }

            problems.Rule(PathOfSteps(), Code, message);
            _isStopped = ++_reported == MaxProblems;
        }

        private string PathOfSteps()
        {
            var path = new StringBuilder(root);
            foreach (Step step in _steps)
            {
                if (step.Name is null)
                {
                    path.Append(CultureInfo.InvariantCulture, $"[{step.Index}]");
                }
                else if (step.Name.Contains('.', StringComparison.Ordinal))
                {
                    path.Append(CultureInfo.InvariantCulture, $"['{Shortened(step.Name)}']"); // choices.data is one name.
                }
                else
                {
                    path.Append('.').Append(Shortened(step.Name));
                }
            }

            return path.ToString();
        }

        private static string Shortened(string name)
        {
            if (name.Length <= MaxNameInPath)
            {
                return name;
            }

            bool wouldSplitPair = char.IsHighSurrogate(name[MaxNameInPath - 1]);
            return name[..(wouldSplitPair ? MaxNameInPath - 1 : MaxNameInPath)] + "…";
        }

        /// <summary>One level down: into a member, or into an item of an array when there is no name.</summary>
        private readonly record struct Step(string? Name, int Index = 0);
    }
}
