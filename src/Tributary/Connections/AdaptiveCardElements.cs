using System.Text.Json;

namespace Tributary.Connections;

/// <summary>
/// The Adaptive Cards format as data, versions 1.0 to 1.6: to add an element, add a row to <see cref="Named"/>. Names, kinds and required members
/// are those of the published schema (microsoft/AdaptiveCards, <c>schemas/1.6.0/adaptive-card.json</c>, https://adaptivecards.io/explorer/). A
/// comment says where we take more, as its renderers do, or insist on more.
/// </summary>
internal static class AdaptiveCardElements
{
    private static readonly CardLeaf Text = new("a string", (_, text) => text is not null);

    private static readonly CardLeaf Number = new("a number", (value, _) => value.ValueKind == JsonValueKind.Number);

    private static readonly CardLeaf TextOrNumber = new(
        "a string or a number",
        (value, text) => text is not null || value.ValueKind == JsonValueKind.Number);

    // "true" as text is in published cards, and the JavaScript renderer reads it.
    private static readonly CardLeaf Flag = new(
        "true or false",
        (value, text) => value.ValueKind is JsonValueKind.True or JsonValueKind.False || bool.TryParse(text, out _));

    private static readonly CardLeaf AnyObject = new("an object", (value, _) => value.ValueKind == JsonValueKind.Object);

    private static readonly CardLeaf TextOrObject = new(
        "a string or an object",
        (value, text) => text is not null || value.ValueKind == JsonValueKind.Object);

    // The enumerations of the format. "normal" is what "default" was called before 1.0; the C++ renderer still reads it.
    private static readonly CardLeaf Version = OneOf("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6");
    private static readonly CardLeaf ActionMode = OneOf("primary", "secondary");
    private static readonly CardLeaf ActionRole = OneOf("button", "link", "tab", "menu", "menuItem");
    private static readonly CardLeaf ActionStyle = OneOf("default", "positive", "destructive");
    private static readonly CardLeaf AssociatedInputs = OneOf("auto", "none");
    private static readonly CardLeaf BlockHeight = OneOf("auto", "stretch");
    private static readonly CardLeaf ChoiceInputStyle = OneOf("compact", "expanded", "filtered");
    private static readonly CardLeaf Color = OneOf("default", "dark", "light", "accent", "good", "warning", "attention");
    private static readonly CardLeaf ContainerStyle = OneOf("default", "emphasis", "good", "attention", "warning", "accent");
    private static readonly CardLeaf FontSize = OneOf("default", "small", "medium", "large", "extraLarge", "normal");
    private static readonly CardLeaf FontType = OneOf("default", "monospace");
    private static readonly CardLeaf FontWeight = OneOf("default", "lighter", "bolder", "normal");
    private static readonly CardLeaf Horizontal = OneOf("left", "center", "right");
    private static readonly CardLeaf ImageFillMode = OneOf("cover", "repeatHorizontally", "repeatVertically", "repeat");
    private static readonly CardLeaf ImageSetStyle = OneOf("default", "stacked", "grid");
    private static readonly CardLeaf ImageSize = OneOf("auto", "stretch", "small", "medium", "large");
    private static readonly CardLeaf ImageStyle = OneOf("default", "person", "normal");
    private static readonly CardLeaf InputStyle = OneOf("revealOnHover", "default");
    private static readonly CardLeaf LabelPosition = OneOf("inline", "above");
    private static readonly CardLeaf Orientation = OneOf("horizontal", "vertical");
    private static readonly CardLeaf Spacing = OneOf("default", "none", "small", "medium", "large", "extraLarge", "padding");
    private static readonly CardLeaf TextInputStyle = OneOf("text", "tel", "url", "email", "password");

    // The schema does not have columnHeader; the JavaScript renderer does, and its designer offers it.
    private static readonly CardLeaf TextStyle = OneOf("default", "heading", "columnHeader");
    private static readonly CardLeaf Vertical = OneOf("top", "center", "bottom");

    /// <summary>The value of members that the format does not know.</summary>
    public static CardLeaf Anything { get; } = new("anything", (_, _) => true);

    private static readonly CardFallback Fallback = new(OneOf("drop"));
    private static readonly CardObject SelectAction = new(CardPlaces.SelectAction);
    private static readonly CardList Elements = new(new CardObject(CardPlaces.Element));
    private static readonly CardList Actions = new(new CardObject(CardPlaces.Action));

    private static readonly CardShorthand Background = new(
        Text,
        Only(
            "BackgroundImage",
            [Needed("url", Text), new("fillMode", ImageFillMode), new("horizontalAlignment", Horizontal), new("verticalAlignment", Vertical)]));

    // Members that several types share.
    private static readonly CardMember[] OfElements =
    [
        new("id", Text), new("isVisible", Flag), new("separator", Flag), new("spacing", Spacing), new("height", BlockHeight),
        new("fallback", Fallback), new("requires", AnyObject),
    ];

    private static readonly CardMember[] OfInputs =
    [
        Needed("id", Text), new("label", Text), new("labelPosition", LabelPosition), new("labelWidth", TextOrNumber), new("inputStyle", InputStyle),
        new("isRequired", Flag), new("errorMessage", Text), new("placeholder", Text),
    ];

    private static readonly CardMember[] OfActions =
    [
        new("id", Text), new("title", Text), new("iconUrl", Text), new("style", ActionStyle), new("mode", ActionMode), new("tooltip", Text),
        new("isEnabled", Flag), new("role", ActionRole), new("fallback", Fallback), new("requires", AnyObject),
    ];

    private static readonly CardMember[] OfTexts =
    [
        Needed("text", Text), new("color", Color), new("fontType", FontType), new("isSubtle", Flag), new("size", FontSize), new("weight", FontWeight),
    ];

    private static readonly CardMember[] OfContainers =
    [
        new("selectAction", SelectAction), new("style", ContainerStyle), new("verticalContentAlignment", Vertical), new("bleed", Flag),
        new("backgroundImage", Background), new("minHeight", Text), new("rtl", Flag),
    ];

    private static readonly CardMember[] OfTables =
    [
        new("horizontalCellContentAlignment", Horizontal), new("verticalCellContentAlignment", Vertical),
    ];

    private static readonly CardMember[] OfSubmits = [new("data", TextOrObject), new("associatedInputs", AssociatedInputs)];

    // Height is a word or a number of pixels, as text ("50px").
    private static readonly CardType Image = Element(
        "Image",
        [
            Needed("url", Text), new("altText", Text), new("backgroundColor", Text), new("height", TextOrNumber), new("width", TextOrNumber),
            new("horizontalAlignment", Horizontal), new("size", ImageSize), new("style", ImageStyle), new("selectAction", SelectAction),
        ]);

    private static readonly CardType Execute = Action("Action.Execute", [.. OfSubmits, new("verb", Text)]);

    private static readonly CardMember[] OfCards =
    [
        new("$schema", Text), new("version", Version), new("body", Elements), new("actions", Actions), new("selectAction", SelectAction),
        new("style", ContainerStyle), new("fallback", Anything), new("fallbackText", Text), new("backgroundImage", Background), new("speak", Text),
        new("lang", Text), new("minHeight", Text), new("rtl", Flag), new("verticalContentAlignment", Vertical), new("msteams", AnyObject),
        new("metadata", Only("Metadata", [new("webUrl", Text)])),
        new("refresh", Only("Refresh", [new("action", new CardObject(Execute)), new("expires", Text), new("userIds", new CardList(Text))])),
        new("authentication", Only(
            "Authentication",
            [new("text", Text), new("connectionName", Text), new("tokenExchangeResource", AnyObject), new("buttons", new CardList(AnyObject))])),
    ];

    private static readonly Dictionary<string, CardType> Named = new[]
    {
        Element("TextBlock",
            [.. OfTexts, new("horizontalAlignment", Horizontal), new("maxLines", Number), new("style", TextStyle), new("wrap", Flag)]),
        Element("RichTextBlock",
        [
            new("horizontalAlignment", Horizontal),
            Needed("inlines", new CardList(new CardShorthand(Text, Only(
                "TextRun",
                [
                    .. OfTexts, new("highlight", Flag), new("italic", Flag), new("strikethrough", Flag), new("underline", Flag),
                    new("selectAction", SelectAction), new("fallback", Fallback),
                ])))),
        ]),
        Image,
        Element("ImageSet", [Needed("images", new CardList(new CardObject(Image))), new("imageSize", ImageSize), new("style", ImageSetStyle)]),
        Element("Media",
        [
            new("poster", Text), new("altText", Text), Needed("sources", Many("MediaSource", [Needed("url", Text), new("mimeType", Text)])),
            new("captionSources", Many("CaptionSource", [Needed("mimeType", Text), Needed("url", Text), Needed("label", Text)])),
        ]),
        Element("FactSet", [Needed("facts", Many("Fact", [Needed("title", Text), Needed("value", Text)]))]),
        Element("ActionSet", [Needed("actions", Actions)]),
        Element("Container", [.. OfContainers, Needed("items", Elements)]),

        // The schema does not insist on columns, but a set without any shows nothing. A column without items is common: it takes up room.
        Element("ColumnSet",
        [
            .. OfContainers, new("horizontalAlignment", Horizontal),
            Needed("columns", Many("Column", [.. OfElements, .. OfContainers, new("items", Elements), new("width", TextOrNumber)])),
        ]),

        // The schema does not insist on columns, rows and cells either. It does on items in each cell; a published sample (v1.5 FlightUpdateTable)
        // has none.
        Element("Table",
        [
            .. OfTables, new("firstRowAsHeader", Flag), new("showGridLines", Flag), new("gridStyle", ContainerStyle),
            Needed("columns", Many("TableColumnDefinition", [.. OfTables, new("width", TextOrNumber)])),
            Needed("rows", Many("TableRow",
            [
                .. OfTables, new("style", ContainerStyle), Needed("cells", Many("TableCell", [.. OfContainers, new("items", Elements)])),
            ])),
        ]),

        // Not in the schema, but in the renderers and samples of 1.6.
        Element("Carousel",
        [
            new("timer", Number), new("initialPage", Number), new("loop", Flag), new("orientation", Orientation), new("heightInPixels", TextOrNumber),
            Needed("pages", Many("CarouselPage", [.. OfContainers, new("id", Text), Needed("items", Elements)])),
        ]),

        Input("Input.Text",
        [
            new("isMultiline", Flag), new("maxLength", Number), new("regex", Text), new("style", TextInputStyle), new("inlineAction", SelectAction),
            new("value", Text),
        ]),
        Input("Input.Number", [new("max", Number), new("min", Number), new("value", Number)]),
        Input("Input.Date", [new("max", Text), new("min", Text), new("value", Text)]),
        Input("Input.Time", [new("max", Text), new("min", Text), new("value", Text)]),
        Input("Input.Toggle", [Needed("title", Text), new("value", Text), new("valueOn", Text), new("valueOff", Text), new("wrap", Flag)]),
        Input("Input.ChoiceSet",
        [
            new("choices", Many("Input.Choice", [Needed("title", Text), Needed("value", Text)])),
            new("choices.data", Only("Data.Query", [Needed("dataset", Text), new("count", Number), new("skip", Number)])),
            new("isMultiSelect", Flag), new("style", ChoiceInputStyle), new("value", Text), new("wrap", Flag),
        ],
        needsOneOf: ["choices", "choices.data"]),

        Action("Action.OpenUrl", [Needed("url", Text)]),
        Action("Action.Submit", OfSubmits),
        Execute,
        Action("Action.ToggleVisibility",
        [
            Needed("targetElements", new CardList(new CardShorthand(Text, Only(
                "TargetElement",
                [Needed("elementId", Text), new("isVisible", Flag)])))),
        ]),
        Action("Action.ShowCard", [Needed("card", Only("AdaptiveCard", OfCards))], CardPlaces.Action),
    }.ToDictionary(type => type.Name, StringComparer.Ordinal);

    /// <summary>
    /// The whole layout. Unlike a card inside <c>Action.ShowCard</c> it must say its type and version, and it must have something to show. The
    /// schema and the renderers would take a card with neither <c>body</c> nor <c>actions</c>; as a template for search results it can only be a
    /// mistake, such as a misspelt member, and external-connectors 3.2.4 counts a missing body as invalid. Actions alone are shown, so they do.
    /// </summary>
    public static CardObject Layout { get; } =
        new(new CardType("AdaptiveCard", CardPlaces.None, [.. OfCards, Needed("type", Text), Needed("version", Version)])
        {
            NeedsOneOf = ["body", "actions"],
        });

    /// <summary>Stands for a type of card object that is not known, or is bound: all that can be checked is the fallback.</summary>
    public static CardType Unknown { get; } = new("", CardPlaces.None, [new("fallback", Fallback)]);

    /// <summary>Stands for objects that are not the format's, such as an action's <c>data</c> or the sample data of a template.</summary>
    public static CardType Foreign { get; } = new("", CardPlaces.None, []);

    /// <summary>The type of that name, compared exactly, if it may stand in that place.</summary>
    public static CardType? TypeOrNull(CardPlaces place, string name) =>
        Named.TryGetValue(name, out CardType? type) && (type.Places & place) != 0 ? type : null;

    public static IEnumerable<string> TypeNames(CardPlaces place) => Named.Values.Where(type => (type.Places & place) != 0).Select(type => type.Name);

    private static CardType Element(string name, IEnumerable<CardMember> members) => new(name, CardPlaces.Element, [.. OfElements, .. members]);

    private static CardType Input(string name, IEnumerable<CardMember> members, string[]? needsOneOf = null) =>
        new(name, CardPlaces.Element, [.. OfElements, .. OfInputs, .. members]) { NeedsOneOf = needsOneOf ?? [] };

    private static CardType Action(
        string name, IEnumerable<CardMember> members, CardPlaces places = CardPlaces.Action | CardPlaces.SelectAction) =>
        new(name, places, [.. OfActions, .. members]);

    private static CardObject Only(string type, IEnumerable<CardMember> members) => new(new CardType(type, CardPlaces.None, members));

    private static CardList Many(string type, IEnumerable<CardMember> members) => new(Only(type, members));

    private static CardMember Needed(string name, CardValue value) => new(name, value, IsRequired: true);

    private static CardLeaf OneOf(params string[] words) => new(
        $"one of {string.Join(", ", words)}",
        (_, text) => text is not null && words.Contains(text, StringComparer.OrdinalIgnoreCase));
}
