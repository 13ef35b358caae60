using System.IO.Compression;
using System.Text;

namespace Tributary.Tests.Hosting;

/// <summary>
/// The table of malformed requests, by resource. What the rows rely on is set up by <see cref="MalformedRequestServer"/>: <c>contosohr</c> is ready, with the
/// default schema and the item <c>T1</c>; <c>draftone</c> has no schema; <c>people01</c>, <c>comply01</c>, <c>foreign1</c> and <c>goingone</c> are what they
/// are called; and the tenant has all the connections that it may have.
/// </summary>
internal static class MalformedRequests
{
    private const string Connections = "/v1.0/external/connections";
    private const string BetaConnections = "/beta/external/connections";
    private const string Contoso = Connections + "/contosohr";
    private const string Schema = Contoso + "/schema";
    private const string FirstSchema = Connections + "/draftone/schema";
    private const string Item = Contoso + "/items/T1";
    private const string NewItem = Contoso + "/items/T2";

    private const string Bad = "BadRequest";
    private const string Invalid = "InvalidRequest";
    private const string Malformed = "The request is malformed or incorrect.";
    private const string Unreadable =
        "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.";

    private const string Acl = """[ { "type": "everyone", "value": "everyone", "accessType": "grant" } ]""";

    public static readonly IReadOnlyList<MalformedRequest> All =
    [
        .. ConnectionIds(),
        .. ConnectionMembers(),
        .. Templates(),
        .. Resolvers(),
        .. ConnectionUpdates(),
        .. SchemaShapes(),
        .. SchemaRules(),
        .. SchemaUpdates(),
        .. ItemIds(),
        .. ItemMembers(),
        .. AccessLists(),
        .. Properties(),
        .. Bodies(),
        .. Queries(),
        .. Paths(),
    ];

    // ---- connections -----------------------------------------------------------------------------------------------------------------------

    private static IEnumerable<MalformedRequest> ConnectionIds()
    {
        yield return Id("missing", """ "name": "N" """, "InvalidConnectionId", "$.id: The id is required.");
        yield return Id("null", """ "id": null, "name": "N" """, "InvalidConnectionId", "$.id: The id is required.");
        yield return Id("empty", """ "id": "", "name": "N" """, "InvalidConnectionId", "$.id: The id has 0 characters");
        yield return Id("of two characters", """ "id": "ab", "name": "N" """, "InvalidConnectionId", "$.id: The id has 2 characters");
        yield return Id("of 33 characters", $$""" "id": "{{new string('a', 33)}}", "name": "N" """, "InvalidConnectionId", "$.id: The id has 33 characters");
        yield return Id("with a hyphen", """ "id": "contoso-hr", "name": "N" """, "InvalidConnectionId", "$.id: The id 'contoso-hr'").WithMessage(Malformed);
        yield return Id("with an underscore", """ "id": "contoso_hr", "name": "N" """, "InvalidConnectionId", "$.id: The id 'contoso_hr'");
        yield return Id("with a dot", """ "id": "contoso.hr", "name": "N" """, "InvalidConnectionId", "$.id: The id 'contoso.hr'");
        yield return Id("with a blank", """ "id": "contoso hr", "name": "N" """, "InvalidConnectionId", "$.id: The id 'contoso hr'");
        yield return Id("with a slash", """ "id": "contoso/hr", "name": "N" """, "InvalidConnectionId", "$.id: The id 'contoso/hr'");
        yield return Id("with a letter beyond ASCII", """ "id": "contösohr", "name": "N" """, "InvalidConnectionId", "$.id: The id 'contösohr'");
        yield return Id("with a digit beyond ASCII", """ "id": "contoso\u0661", "name": "N" """, "InvalidConnectionId", "$.id: The id");
        yield return Id("with a trailing line break", """ "id": "contosohr\n", "name": "N" """, "InvalidConnectionId", "$.id: The id");
        yield return Id("with a forbidden prefix", """ "id": "MicrosoftHR", "name": "N" """, "ReservedConnectionId", "must not begin with 'Microsoft'");
        yield return Id("with a forbidden prefix in lower case", """ "id": "microsofthr", "name": "N" """, "ReservedConnectionId", "$.id: The id 'microsofthr'");
        foreach (string reserved in (string[])
            ["None", "Directory", "Exchange", "ExchangeArchive", "LinkedIn", "Mailbox", "OneDriveBusiness", "SharePoint", "Teams", "Yammer", "Connectors",
             "TaskFabric", "PowerBI", "Assistant", "TopicEngine", "MSFT_All_Connectors", "sharepoint", "NONE"])
        {
            yield return Id($"{reserved}, which is reserved", $$""" "id": "{{reserved}}", "name": "N" """, "ReservedConnectionId", $"$.id: The id '{reserved}' is reserved.");
        }

        yield return Shape("create: id is a number", Connections, """{ "id": 12345, "name": "N" }""", "$.id: Property id in payload");
        yield return Shape("create: id is an array", Connections, """{ "id": ["contoso2"], "name": "N" }""", "$.id: Property id in payload");
        yield return Shape("create: id has half a surrogate pair", Connections, """{ "id": "abc\ud800", "name": "N" }""", "$.id: Property id in payload");
        yield return new("create: id is taken", "POST", Connections, Utf8("""{ "id": "contosohr", "name": "N" }"""), 409, "NameAlreadyExists", null, "$.id: The id 'contosohr' is taken");
        yield return new("create: id is taken in another letter case", "POST", Connections, Utf8("""{ "id": "CONTOSOHR", "name": "N" }"""), 409, "NameAlreadyExists", null, "$.id: The id 'CONTOSOHR' is taken");
        yield return new("create: id is another app's", "POST", Connections, Utf8("""{ "id": "foreign1", "name": "N" }"""), 409, "NameAlreadyExists", null, "$.id: The id 'foreign1' is taken");
        yield return new("create: id is still being deleted", "POST", Connections, Utf8("""{ "id": "goingone", "name": "N" }"""), 409, "NameAlreadyExists", null, "$.id: The id 'goingone' is taken");
        yield return new("create: name is taken", "POST", Connections, Utf8("""{ "id": "contoso2", "name": "Name of contosohr" }"""), 409, "NameAlreadyExists", null, "$.name: The name 'Name of contosohr' is taken");
        yield return new("create: name is taken in another letter case", "POST", Connections, Utf8("""{ "id": "contoso2", "name": "NAME OF CONTOSOHR" }"""), 409, "NameAlreadyExists", null, "$.name: The name 'NAME OF CONTOSOHR' is taken");
        yield return new("create: one connection too many", "POST", Connections, Utf8("""{ "id": "contoso2", "name": "N" }"""), 400, Invalid, "ConnectionQuotaExceeded", "$: The tenant has 6 connections");

        static MalformedRequest Id(string what, string members, string inner, string reason) =>
            new($"create: id {what}", "POST", Connections, Utf8($"{{ {members} }}"), 400, Invalid, inner, reason);
    }

    private static IEnumerable<MalformedRequest> ConnectionMembers()
    {
        yield return Rule("create: name missing", Connections, """{ "id": "contoso2" }""", "InvalidConnectionName", "$.name: The name is required.");
        yield return Rule("create: name null", Connections, """{ "id": "contoso2", "name": null }""", "InvalidConnectionName", "$.name: The name is required.");
        yield return Rule("create: name empty", Connections, """{ "id": "contoso2", "name": "" }""", "InvalidConnectionName", "$.name: The name is required.");
        yield return Rule("create: name blank", Connections, """{ "id": "contoso2", "name": " \t" }""", "InvalidConnectionName", "$.name: The name has nothing but blanks.");
        yield return Rule("create: name of blanks beyond ASCII", Connections, """{ "id": "contoso2", "name": "\u00a0\u3000" }""", "InvalidConnectionName", "$.name: The name has nothing but blanks.");
        yield return Rule("create: name of 129 characters", Connections, $$"""{ "id": "contoso2", "name": "{{new string('n', 129)}}" }""", "InvalidConnectionName", "$.name: The name has 129 characters");
        yield return Rule("create: name with a control character", Connections, """{ "id": "contoso2", "name": "N\u0000" }""", "InvalidConnectionName", "$.name: The name has a control character");
        yield return Rule("create: name with a line break", Connections, """{ "id": "contoso2", "name": "N\nM" }""", "InvalidConnectionName", "$.name: The name has a control character");
        yield return Rule("create: description with a control character", Connections, Create(""" "description": "x\u001b[0m" """), "InvalidConnectionDescription", "$.description: The description has a control character");
        yield return Rule("create: everything missing", Connections, "{}", "InvalidConnectionId", "$.name: The name is required.");
        yield return Shape("create: name is an object", Connections, """{ "id": "contoso2", "name": {} }""", "$.name: Property name in payload");
        yield return Shape("create: description is a number", Connections, Create(""" "description": 5 """), "$.description: Property description in payload");
        yield return Shape("create: description has half a surrogate pair", Connections, Create(""" "description": "x\ud83d" """), "$.description: Property description in payload");
        yield return Shape("create: connectorId is Boolean", Connections, Create(""" "connectorId": true """), "$.connectorId: Property connectorId in payload");
        yield return Shape("create: undeclared member", Connections, Create(""" "displayName": "N" """), "$.displayName: The property 'displayName' does not exist on type 'microsoft.graph.externalConnectors.externalConnection'.");
        yield return Shape("create: member twice in two letter cases", Connections, Create(""" "NAME": "O" """), "$.NAME: The property 'name' stands more than once.");
        yield return Shape("create: enabledContentExperiences on v1.0", Connections, Create(""" "enabledContentExperiences": "search" """), "$.enabledContentExperiences: The property 'enabledContentExperiences' does not exist");
        yield return Shape("create: complianceSettings on v1.0", Connections, Create(""" "complianceSettings": {} """), "$.complianceSettings: The property 'complianceSettings' does not exist");
        yield return Shape("create: ingestedItemsCount on v1.0", Connections, Create(""" "ingestedItemsCount": 5 """), "$.ingestedItemsCount: The property 'ingestedItemsCount' does not exist");
        yield return Rule("create: unknown @odata.type", Connections, Create(""" "@odata.type": "#microsoft.graph.user" """), "DeserializationError", "$.@odata.type: A type named 'microsoft.graph.user' could not be resolved");
        yield return Rule("create: @odata.type is a number", Connections, Create(""" "@odata.type": 1 """), "DeserializationError", "$.@odata.type: A type named '1'");
        yield return Rule("create: unknown category", Connections, Create(""" "contentCategory": "cats" """), "DeserializationError", "$.contentCategory: Requested value 'cats' was not found.");
        yield return Rule("create: category 14, which is the sentinel", Connections, Create(""" "contentCategory": "14" """), "DeserializationError", "$.contentCategory: Requested value '14' was not found.");
        yield return Shape("create: category is null", Connections, Create(""" "contentCategory": null """), "$.contentCategory: Property contentCategory in payload");
        yield return Shape("create: category is an array", Connections, Create(""" "contentCategory": ["wikis"] """), "$.contentCategory: Property contentCategory in payload");
        yield return Rule("create: unknown experience", BetaConnections, Create(""" "enabledContentExperiences": "search, dance" """), "DeserializationError", "$.enabledContentExperiences: Requested value 'dance' was not found.");
        yield return Rule("create: experiences empty", BetaConnections, Create(""" "enabledContentExperiences": "" """), "DeserializationError", "$.enabledContentExperiences: Requested value ''");
        yield return Shape("create: experiences are an array", BetaConnections, Create(""" "enabledContentExperiences": ["search"] """), "$.enabledContentExperiences: Property enabledContentExperiences in payload");
        yield return Shape("create: configuration is an array", Connections, Create(""" "configuration": [] """), "$.configuration: Property configuration in payload");
        yield return Rule("create: app id is no GUID", Connections, Create(""" "configuration": { "authorizedAppIds": ["me"] } """), "InvalidAppId", "$.configuration.authorizedAppIds[0]: 'me' is not the GUID");
        yield return Rule("create: app id is a GUID in braces", Connections, Create(""" "configuration": { "authorizedAppIds": ["{d310d35d-72ec-47dd-92f2-fb9c40936555}"] } """), "InvalidAppId", "$.configuration.authorizedAppIds[0]");
        yield return Rule("create: app id has blanks around it", Connections, Create(""" "configuration": { "authorizedAppIds": [" d310d35d-72ec-47dd-92f2-fb9c40936555"] } """), "InvalidAppId", "$.configuration.authorizedAppIds[0]");
        yield return Rule("create: app id is empty", Connections, Create(""" "configuration": { "authorizedAppIds": ["d310d35d-72ec-47dd-92f2-fb9c40936555", ""] } """), "InvalidAppId", "$.configuration.authorizedAppIds[1]: ''");
        yield return Rule("create: 51 app ids", Connections, Create($$""" "configuration": { "authorizedAppIds": [{{Guids(51)}}] } """), "TooManyAuthorizedApps", "$.configuration.authorizedAppIds: There are 51 application ids");
        yield return Shape("create: app ids are a number", Connections, Create(""" "configuration": { "authorizedAppIds": 5 } """), "$.configuration.authorizedAppIds: Property authorizedAppIds in payload");
        yield return Shape("create: app ids are a bare text", Connections, Create(""" "configuration": { "authorizedAppIds": "d310d35d-72ec-47dd-92f2-fb9c40936555" } """), "$.configuration.authorizedAppIds: Property authorizedAppIds in payload");
        yield return Shape("create: app id is null", Connections, Create(""" "configuration": { "authorizedAppIds": [null] } """), "$.configuration.authorizedAppIds[0]: Property authorizedAppIds[0] in payload");
        yield return Shape("create: open member of the configuration is no text", Connections, Create(""" "configuration": { "x": { "y": [ "\udc00" ] } } """), "$.configuration.x.y[0]: Property y[0] in payload");
    }

    private static IEnumerable<MalformedRequest> Templates()
    {
        yield return Template("id missing", """ "priority": 1, "layout": {} """, "InvalidDisplayTemplateId", ".id: The template id must be");
        yield return Template("id empty", """ "id": "", "priority": 1, "layout": {} """, "InvalidDisplayTemplateId", ".id: The template id must be");
        yield return Template("id of 17 characters", """ "id": "a2345678901234567", "priority": 1, "layout": {} """, "InvalidDisplayTemplateId", ".id: The template id must be");
        yield return Template("id with a hyphen", """ "id": "a-b", "priority": 1, "layout": {} """, "InvalidDisplayTemplateId", ".id: The template id must be");
        yield return Template("priority missing", """ "id": "a", "layout": {} """, "InvalidDisplayTemplate", ".priority: The priority is required");
        yield return Template("priority negative", """ "id": "a", "priority": -1, "layout": {} """, "InvalidDisplayTemplate", ".priority: The priority is required");
        yield return Template("layout missing", """ "id": "a", "priority": 1 """, "InvalidAdaptiveCard", ".layout: The layout is required.");
        yield return Template("layout null", """ "id": "a", "priority": 1, "layout": null """, "InvalidAdaptiveCard", ".layout: The layout is required.");
        yield return Template("layout is text", """ "id": "a", "priority": 1, "layout": "{}" """, "InvalidAdaptiveCard", ".layout: Expected an Adaptive Card, found '{}'.");
        yield return Template("layout is an array", """ "id": "a", "priority": 1, "layout": [] """, "InvalidAdaptiveCard", ".layout: Expected an Adaptive Card, found an array.");
        yield return Template("layout of another type", """ "id": "a", "priority": 1, "layout": { "type": "HeroCard", "version": "1.3" } """, "InvalidAdaptiveCard", ".layout.type:");
        yield return Template("layout without version", """ "id": "a", "priority": 1, "layout": { "type": "AdaptiveCard", "body": [] } """, "InvalidAdaptiveCard", ".layout.version:");
        yield return Template("layout whose body is an object", """ "id": "a", "priority": 1, "layout": { "type": "AdaptiveCard", "version": "1.3", "body": {} } """, "InvalidAdaptiveCard", ".layout.body: Expected an array");
        yield return Template("layout with an unknown element", """ "id": "a", "priority": 1, "layout": { "type": "AdaptiveCard", "version": "1.3", "body": [ { "type": "Nonsense" } ] } """, "InvalidAdaptiveCard", ".layout.body[0].type:");
        yield return Template("layout with half a surrogate pair", """ "id": "a", "priority": 1, "layout": { "type": "AdaptiveCard", "version": "1.3", "x": "\ud800" } """, "InvalidAdaptiveCard", ".layout.x:");
        yield return Template("rule without operation", """ "id": "a", "priority": 1, "layout": {}, "rules": [ { "property": "p", "values": ["v"], "valuesJoinedBy": "or" } ] """, "InvalidPropertyRule", ".rules[0].operation:");
        yield return Template("rule without property", """ "id": "a", "priority": 1, "layout": {}, "rules": [ { "operation": "equals", "values": ["v"], "valuesJoinedBy": "or" } ] """, "InvalidPropertyRule", ".rules[0].property:");
        yield return Template("rule without values", """ "id": "a", "priority": 1, "layout": {}, "rules": [ { "operation": "equals", "property": "p", "valuesJoinedBy": "or" } ] """, "InvalidPropertyRule", ".rules[0].values:");
        yield return Template("rule without valuesJoinedBy", """ "id": "a", "priority": 1, "layout": {}, "rules": [ { "operation": "equals", "property": "p", "values": ["v"] } ] """, "InvalidPropertyRule", ".rules[0].valuesJoinedBy:");
        yield return Template("rule with an unknown operation", """ "id": "a", "priority": 1, "layout": {}, "rules": [ { "operation": "like", "property": "p", "values": ["v"], "valuesJoinedBy": "or" } ] """, "DeserializationError", ".rules[0].operation: Requested value 'like'");
        yield return Template("rule joined by xor", """ "id": "a", "priority": 1, "layout": {}, "rules": [ { "operation": "equals", "property": "p", "values": ["v"], "valuesJoinedBy": "xor" } ] """, "DeserializationError", ".rules[0].valuesJoinedBy: Requested value 'xor'");

        const string Good = """{ "id": "a", "priority": 1, "layout": {} }""";
        yield return Rule("create: three templates", Connections, Create($$""" "searchSettings": { "searchResultTemplates": [ {{Good}}, { "id": "b", "priority": 2, "layout": {} }, { "id": "c", "priority": 3, "layout": {} } ] } """), "TooManyDisplayTemplates", "$.searchSettings.searchResultTemplates: There are 3 templates");
        yield return Rule("create: two templates of one id", Connections, Create($$""" "searchSettings": { "searchResultTemplates": [ {{Good}}, { "id": "A", "priority": 2, "layout": {} } ] } """), "DuplicateDisplayTemplateId", "$.searchSettings.searchResultTemplates[1].id: The template id 'A'");
        yield return Shape("create: values of a rule are a bare text", Connections, Create(""" "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": 1, "layout": {}, "rules": [ { "operation": "equals", "property": "p", "values": "v", "valuesJoinedBy": "or" } ] } ] } """), "$.searchSettings.searchResultTemplates[0].rules[0].values: Property values in payload");
        yield return Shape("create: priority is text", Connections, Create(""" "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": "1", "layout": {} } ] } """), "$.searchSettings.searchResultTemplates[0].priority: Property priority in payload");
        yield return Shape("create: priority is no whole number", Connections, Create(""" "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": 1.5, "layout": {} } ] } """), "$.searchSettings.searchResultTemplates[0].priority: Property priority in payload");
        yield return Shape("create: priority over Int32", Connections, Create(""" "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": 2147483648, "layout": {} } ] } """), "$.searchSettings.searchResultTemplates[0].priority: Property priority in payload");
        yield return Shape("create: templates are an object", Connections, Create($$""" "searchSettings": { "searchResultTemplates": {{Good}} } """), "$.searchSettings.searchResultTemplates: Property searchResultTemplates in payload");
        yield return Shape("create: template is null", Connections, Create(""" "searchSettings": { "searchResultTemplates": [ null ] } """), "$.searchSettings.searchResultTemplates[0]: Property searchResultTemplates[0] in payload");
        yield return Shape("create: undeclared member of a template", Connections, Create(""" "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": 1, "layout": {}, "color": "red" } ] } """), "$.searchSettings.searchResultTemplates[0].color: The property 'color' does not exist");
        yield return Rule("create: broken eDiscovery layout", BetaConnections, Create(""" "complianceSettings": { "eDiscoveryResultTemplates": [ { "id": "a", "priority": 1, "layout": 5 } ] } """), "InvalidAdaptiveCard", "$.complianceSettings.eDiscoveryResultTemplates[0].layout: Expected an Adaptive Card, found a number.");

        static MalformedRequest Template(string what, string members, string inner, string reason) => Rule(
            $"create: template {what}",
            Connections,
            Create($$""" "searchSettings": { "searchResultTemplates": [ { {{members}} } ] } """),
            inner,
            "$.searchSettings.searchResultTemplates[0]" + reason);
    }

    private static IEnumerable<MalformedRequest> Resolvers()
    {
        const string Type = """ "@odata.type": "#microsoft.graph.externalConnectors.itemIdResolver" """;
        yield return Shape("create: base URLs of a resolver are a bare text", Connections, Create(""" "activitySettings": { "urlToItemResolvers": [ { "@odata.type": "#microsoft.graph.externalConnectors.itemIdResolver", "priority": 1, "itemId": "{n}", "urlMatchInfo": { "baseUrls": "https://x.example", "urlPattern": "/(?<n>[0-9]+)" } } ] } """), "$.activitySettings.urlToItemResolvers[0].urlMatchInfo.baseUrls: Property baseUrls in payload");
        const string Match = """ "urlMatchInfo": { "baseUrls": ["https://x.example"], "urlPattern": "/(?<n>[0-9]+)" } """;
        yield return Resolver("without @odata.type", $$""" "priority": 1, "itemId": "{n}", {{Match}} """, "DeserializationError", "[0].@odata.type: The base type is abstract");
        yield return Resolver("of another type", $$""" "@odata.type": "#microsoft.graph.externalConnectors.urlMatchInfo", "priority": 1, "itemId": "{n}", {{Match}} """, "DeserializationError", "[0].@odata.type: A type named");
        yield return Resolver("without priority", $$""" {{Type}}, "itemId": "{n}", {{Match}} """, "InvalidUrlToItemResolver", "[0].priority: The priority is required");
        yield return Resolver("of priority 0", $$""" {{Type}}, "priority": 0, "itemId": "{n}", {{Match}} """, "InvalidUrlToItemResolver", "[0].priority: The priority is required");
        yield return Resolver("of priority 9", $$""" {{Type}}, "priority": 9, "itemId": "{n}", {{Match}} """, "InvalidUrlToItemResolver", "[0].priority: The priority is required");
        yield return Resolver("without itemId", $$""" {{Type}}, "priority": 1, {{Match}} """, "InvalidUrlToItemResolver", "[0].itemId: The itemId pattern is required.");
        yield return Resolver("whose pattern is no regular expression", $$""" {{Type}}, "priority": 1, "itemId": "{n}", "urlMatchInfo": { "urlPattern": "(((" } """, "InvalidUrlToItemResolver", "[0].urlMatchInfo.urlPattern: The urlPattern is no regular expression");
        yield return Resolver("whose pattern has 1025 characters", $$""" {{Type}}, "priority": 1, "itemId": "n", "urlMatchInfo": { "urlPattern": "{{new string('x', 1025)}}" } """, "InvalidUrlToItemResolver", "[0].urlMatchInfo.urlPattern: The urlPattern has 1025 characters");
        yield return Resolver("whose itemId names no group", $$""" {{Type}}, "priority": 1, "itemId": "{m}", {{Match}} """, "InvalidUrlToItemResolver", "[0].itemId: The itemId pattern names 'm', which is no group of the urlPattern.");
        yield return Resolver("whose itemId has an open brace", $$""" {{Type}}, "priority": 1, "itemId": "{n", {{Match}} """, "InvalidUrlToItemResolver", "[0].itemId: The itemId pattern has a '{' without its '}'.");
        string resolver = $$"""{ {{Type}}, "priority": 1, "itemId": "{n}", {{Match}} }""";
        yield return Rule("create: nine resolvers", Connections, Create($$""" "activitySettings": { "urlToItemResolvers": [ {{string.Join(',', Enumerable.Repeat(resolver, 9))}} ] } """), "TooManyUrlToItemResolvers", "$.activitySettings.urlToItemResolvers: There are 9 resolvers");
        yield return Shape("create: resolvers are text", Connections, Create(""" "activitySettings": { "urlToItemResolvers": "none" } """), "$.activitySettings.urlToItemResolvers: Property urlToItemResolvers in payload");

        static MalformedRequest Resolver(string what, string members, string inner, string reason) => Rule(
            $"create: resolver {what}", Connections, Create($$""" "activitySettings": { "urlToItemResolvers": [ { {{members}} } ] } """), inner, "$.activitySettings.urlToItemResolvers" + reason);
    }

    private static IEnumerable<MalformedRequest> ConnectionUpdates()
    {
        yield return Patch("update: another id", Contoso, """{ "id": "contoso2" }""", "PropertyNotUpdateable", "$.id: The member 'id' cannot be changed.");
        yield return Patch("update: id in another letter case", Contoso, """{ "id": "ContosoHR" }""", "PropertyNotUpdateable", "$.id: The member 'id' cannot be changed.");
        yield return Patch("update: a connectorId where there is none", Contoso, """{ "connectorId": "d310d35d-72ec-47dd-92f2-fb9c40936555" }""", "PropertyNotUpdateable", "$.connectorId: The member 'connectorId' cannot be changed.");
        yield return Patch("update: name null", Contoso, """{ "name": null }""", "InvalidConnectionName", "$.name: The name is required.");
        yield return Patch("update: name of 129 characters", Contoso, $$"""{ "name": "{{new string('n', 129)}}" }""", "InvalidConnectionName", "$.name: The name has 129 characters");
        yield return Patch("update: app id is no GUID", Contoso, """{ "configuration": { "authorizedAppIds": ["me"] } }""", "InvalidAppId", "$.configuration.authorizedAppIds[0]");
        yield return Patch("update: broken layout", Contoso, """{ "searchSettings": { "searchResultTemplates": [ { "id": "a", "priority": 1, "layout": 5 } ] } }""", "InvalidAdaptiveCard", "$.searchSettings.searchResultTemplates[0].layout");
        yield return Patch("update: bare settings with nine resolvers", Contoso, $$"""{ "@odata.type": "#microsoft.graph.externalConnectors.activitySettings", "urlToItemResolvers": [ {{string.Join(',', Enumerable.Repeat("{}", 9))}} ] }""", "DeserializationError", "$.urlToItemResolvers: There are 9 resolvers");
        yield return new("update: bare settings with a name", "PATCH", Contoso, Utf8("""{ "@odata.type": "#microsoft.graph.externalConnectors.activitySettings", "name": "N" }"""), 400, Bad, Bad, "$.name: The property 'name' does not exist on type 'microsoft.graph.externalConnectors.activitySettings'.");
        yield return new("update: an @odata.type that is no text", "PATCH", Contoso, Utf8("""{ "@odata.type": "\udfff" }"""), 400, Invalid, "DeserializationError", "$.@odata.type");
        yield return new("update: body is an array", "PATCH", Contoso, Utf8("[]"), 400, Bad, Bad, "$: Property body in payload");
        yield return new("update: body is null", "PATCH", Contoso, Utf8("null"), 400, Bad, Bad, "$: Property body in payload");
        yield return new("update: experiences on v1.0", "PATCH", Contoso, Utf8("""{ "enabledContentExperiences": "search" }"""), 400, Bad, Bad, "$.enabledContentExperiences");
        yield return new("update: name is taken", "PATCH", Contoso, Utf8("""{ "name": "Name of draftone" }"""), 409, "NameAlreadyExists", null, "$.name: The name 'Name of draftone' is taken.");
        yield return new("update: unknown connection", "PATCH", Connections + "/nobody1", Utf8("""{ "name": "N" }"""), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("update: connection of another app", "PATCH", Connections + "/foreign1", Utf8("""{ "name": "N" }"""), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("update: connection that is being deleted", "PATCH", Connections + "/goingone", Utf8("""{ "name": "N" }"""), 409, "OperationInProgress", null, "The deletion of connection 'goingone' is under way.");
        yield return new("delete: unknown connection", "DELETE", Connections + "/nobody1", null, 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("delete: connection of another app", "DELETE", Connections + "/foreign1", null, 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("delete: id in another letter case", "DELETE", Connections + "/ContosoHR", null, 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("delete: connection that is being deleted", "DELETE", Connections + "/goingone", null, 409, "OperationInProgress", null, "The deletion of connection 'goingone' is under way.");

        static MalformedRequest Patch(string name, string path, string body, string inner, string reason) =>
            new(name, "PATCH", path, Utf8(body), 400, Invalid, inner, reason);
    }

    // ---- schemas ---------------------------------------------------------------------------------------------------------------------------

    private static IEnumerable<MalformedRequest> SchemaShapes()
    {
        yield return SchemaShape("body is an array", "[]", "$: Property body in payload");
        yield return SchemaShape("body is text", "\"schema\"", "$: Property body in payload");
        yield return SchemaShape("baseType is null", """{ "baseType": null, "properties": [ { "name": "p", "type": "string" } ] }""", "$.baseType: Property baseType in payload");
        yield return SchemaShape("baseType is a number", """{ "baseType": 1, "properties": [ { "name": "p", "type": "string" } ] }""", "$.baseType: Property baseType in payload");
        yield return SchemaShape("properties are an object", """{ "baseType": "microsoft.graph.externalItem", "properties": {} }""", "$.properties: Property properties in payload");
        yield return SchemaShape("property is text", Of("\"p\""), "$.properties[0]: Property properties[0] in payload");
        yield return SchemaShape("property is null", Of("null"), "$.properties[0]: Property properties[0] in payload");
        yield return SchemaShape("undeclared member", """{ "baseType": "microsoft.graph.externalItem", "props": [] }""", "$.props: The property 'props' does not exist on type 'microsoft.graph.externalConnectors.schema'.");
        yield return SchemaShape("undeclared member of a property", Of("""{ "name": "p", "type": "string", "isSortable": true }"""), "$.properties[0].isSortable: The property 'isSortable' does not exist");
        yield return SchemaShape("wrapped in value", """{ "value": { "baseType": "microsoft.graph.externalItem" } }""", "$.value: The property 'value' does not exist");
        yield return SchemaShape("isExactMatchRequired on v1.0", Of("""{ "name": "p", "type": "string", "isExactMatchRequired": true }"""), "$.properties[0].isExactMatchRequired: The property 'isExactMatchRequired' does not exist");
        yield return SchemaShape("rankingHint on v1.0", Of("""{ "name": "p", "type": "string", "rankingHint": {} }"""), "$.properties[0].rankingHint: The property 'rankingHint' does not exist");
        yield return SchemaShape("name is null", Of("""{ "name": null, "type": "string" }"""), "$.properties[0].name: Property name in payload");
        yield return SchemaShape("name is a number", Of("""{ "name": 5, "type": "string" }"""), "$.properties[0].name: Property name in payload");
        yield return SchemaShape("name has half a surrogate pair", Of("""{ "name": "\ud800", "type": "string" }"""), "$.properties[0].name: Property name in payload");
        yield return SchemaShape("type is null", Of("""{ "name": "p", "type": null }"""), "$.properties[0].type: Property type in payload");
        yield return SchemaShape("type is an object", Of("""{ "name": "p", "type": {} }"""), "$.properties[0].type: Property type in payload");
        yield return SchemaShape("flag is a number", Of("""{ "name": "p", "type": "string", "isSearchable": 1 }"""), "$.properties[0].isSearchable: Property isSearchable in payload");
        yield return SchemaShape("flag is the text yes", Of("""{ "name": "p", "type": "string", "isQueryable": "yes" }"""), "$.properties[0].isQueryable: Property isQueryable in payload");
        yield return SchemaShape("labels are text", Of("""{ "name": "p", "type": "string", "isRetrievable": true, "labels": "title" }"""), "$.properties[0].labels: Property labels in payload");
        yield return SchemaShape("aliases are a number", Of("""{ "name": "p", "type": "string", "aliases": 3 }"""), "$.properties[0].aliases: Property aliases in payload");
        yield return SchemaShape("description is an array", Of("""{ "name": "p", "type": "string", "description": [] }"""), "$.properties[0].description: Property description in payload");

        static MalformedRequest SchemaShape(string what, string body, string reason) =>
            new("schema: " + what, "PATCH", FirstSchema, Utf8(body), 400, Bad, Bad, reason);
    }

    private static IEnumerable<MalformedRequest> SchemaRules()
    {
        yield return First("empty object", "{}", "InvalidBaseType", "$.baseType: baseType is required");
        yield return First("baseType missing", """{ "properties": [ { "name": "p", "type": "string" } ] }""", "InvalidBaseType", "$.baseType: baseType is required");
        yield return First("another baseType", """{ "baseType": "microsoft.graph.externalConnector.externalItem", "properties": [ { "name": "p", "type": "string" } ] }""", "InvalidBaseType", "$.baseType: baseType 'microsoft.graph.externalConnector.externalItem'");
        yield return First("no properties", Of(""), "NoProperties", "$.properties: A schema needs at least one property.");
        yield return First("properties null", """{ "baseType": "microsoft.graph.externalItem", "properties": null }""", "NoProperties", "$.properties: A schema needs at least one property.");
        yield return First("129 properties", Of(string.Join(',', Enumerable.Range(0, 129).Select(i => $$"""{ "name": "p{{i}}", "type": "string" }"""))), "TooManyProperties", "$.properties: The schema would have 129 properties");
        yield return First("name missing", Of("""{ "type": "string" }"""), "InvalidPropertyName", "$.properties[0].name: A property needs a name.");
        yield return First("name empty", Of("""{ "name": "", "type": "string" }"""), "InvalidPropertyName", "$.properties[0].name: The name '' is empty.");
        yield return First("name of 33 characters", Of($$"""{ "name": "{{new string('p', 33)}}", "type": "string" }"""), "InvalidPropertyName", "has 33 characters; at most 32 are allowed.");
        yield return First("name with a blank", Of("""{ "name": "a b", "type": "string" }"""), "InvalidPropertyName", "$.properties[0].name: The name 'a b' may have letters");
        yield return First("name with an underscore", Of("""{ "name": "a_b", "type": "string" }"""), "InvalidPropertyName", "$.properties[0].name: The name 'a_b' may have letters");
        yield return First("name with an umlaut", Of("""{ "name": "größe", "type": "string" }"""), "InvalidPropertyName", "$.properties[0].name: The name 'größe' may have letters");
        yield return First("name twice in two letter cases", Of("""{ "name": "p", "type": "string" }, { "name": "P", "type": "string" }"""), "DuplicatePropertyName", "$.properties[1].name: The name 'P' stands more than once");
        yield return First("type missing", Of("""{ "name": "p" }"""), "InvalidPropertyType", "$.properties[0].type: Property 'p' needs a type.");
        yield return First("type unknown", Of("""{ "name": "p", "type": "decimal" }"""), "DeserializationError", "$.properties[0].type: Requested value 'decimal' was not found.");
        yield return First("type booleanCollection", Of("""{ "name": "p", "type": "booleanCollection" }"""), "DeserializationError", "$.properties[0].type: Requested value 'booleanCollection' was not found.");
        yield return First("type is the sentinel", Of("""{ "name": "p", "type": "unknownFutureValue" }"""), "DeserializationError", "$.properties[0].type: 'unknownFutureValue' stands for");
        yield return First("searchable int64", Of("""{ "name": "p", "type": "int64", "isSearchable": true }"""), "SearchableShouldBeString", "$.properties[0].isSearchable: Property 'p' of type 'int64'");
        yield return First("searchable dateTime", Of("""{ "name": "p", "type": "dateTime", "isSearchable": true }"""), "SearchableShouldBeString", "$.properties[0].isSearchable: Property 'p' of type 'dateTime'");
        yield return First("searchable and refinable", Of("""{ "name": "p", "type": "string", "isSearchable": true, "isRefinable": true }"""), "SearchableAndRefinableConflict", "$.properties[0].isSearchable: Property 'p' cannot be both");
        yield return First("refinable Boolean", Of("""{ "name": "p", "type": "boolean", "isRefinable": true }"""), "RefinerShouldNotBeOfType", "$.properties[0].isRefinable: Refiner property 'p' cannot be of type 'Boolean'.").WithMessage(Malformed);
        yield return First("refinable principal", Of("""{ "name": "p", "type": "principal", "isRefinable": true }"""), "RefinerShouldNotBeOfType", "Refiner property 'p' cannot be of type 'Principal'.");
        yield return First("unknown label", Of("""{ "name": "p", "type": "string", "isRetrievable": true, "labels": ["headline"] }"""), "DeserializationError", "$.properties[0].labels[0]: Requested value 'headline' was not found.");
        yield return First("label in the gap of the numbers", Of("""{ "name": "p", "type": "string", "isRetrievable": true, "labels": ["10"] }"""), "DeserializationError", "$.properties[0].labels[0]: Requested value '10' was not found.");
        yield return First("label that is not retrievable", Of("""{ "name": "p", "type": "string", "labels": ["title"] }"""), "LabelNotRetrievable", "$.properties[0].labels: Property 'p' with label 'title' must be retrievable.");
        yield return First("label on two properties", Of("""{ "name": "p", "type": "string", "isRetrievable": true, "labels": ["title"] }, { "name": "q", "type": "string", "isRetrievable": true, "labels": ["title"] }"""), "DuplicateLabel", "$.properties[1].labels[0]: The label 'title' is already on property 'p'");
        yield return First("date label on a Boolean", Of("""{ "name": "p", "type": "boolean", "isRetrievable": true, "labels": ["createdDateTime"] }"""), "LabelTypeMismatch", "$.properties[0].labels[0]: Property 'p' of type 'boolean'");
        yield return First("label not yet supported", Of("""{ "name": "p", "type": "string", "isRetrievable": true, "labels": ["personManager"] }"""), "LabelNotSupported", "$.properties[0].labels[0]: The label 'personManager'");
        yield return First("alias of 33 characters", Of($$"""{ "name": "p", "type": "string", "aliases": ["{{new string('a', 33)}}"] }"""), "InvalidAlias", "$.properties[0].aliases[0]: The alias");
        yield return First("33 aliases", Of($$"""{ "name": "p", "type": "string", "aliases": [{{string.Join(',', Enumerable.Range(0, 33).Select(i => $"\"a{i}\""))}}] }"""), "InvalidAlias", "$.properties[0].aliases: ");
        yield return First("alias with a dot", Of("""{ "name": "p", "type": "string", "aliases": ["a.b"] }"""), "InvalidAlias", "$.properties[0].aliases[0]: The alias 'a.b'");
        yield return First("alias that is another name", Of("""{ "name": "p", "type": "string", "aliases": ["Q"] }, { "name": "q", "type": "string" }"""), "InvalidAlias", "$.properties[0].aliases[0]: The alias 'Q' is the name of property 'q'.");
        yield return First("alias of two properties", Of("""{ "name": "p", "type": "string", "aliases": ["x"] }, { "name": "q", "type": "string", "aliases": ["X"] }"""), "InvalidAlias", "$.properties[1].aliases[0]: The alias 'X' is already an alias of property 'p'.");
        yield return First("description of 201 characters", Of($$"""{ "name": "p", "type": "string", "description": "{{new string('d', 201)}}" }"""), "InvalidDescription", "has a description of 201 characters");
        yield return First("@odata.type of something else", """{ "@odata.type": "#microsoft.graph.group", "baseType": "microsoft.graph.externalItem", "properties": [ { "name": "p", "type": "string" } ] }""", "DeserializationError", "$.@odata.type: A type named 'microsoft.graph.group'");
        yield return Beta("exact match on a searchable property", """{ "name": "p", "type": "string", "isSearchable": true, "isExactMatchRequired": true }""", "ExactMatchAndSearchableConflict", "$.properties[0].isExactMatchRequired");
        yield return Beta("exact match on a number", """{ "name": "p", "type": "double", "isExactMatchRequired": true }""", "ExactMatchShouldBeString", "$.properties[0].isExactMatchRequired");
        yield return Beta("unknown importance", """{ "name": "p", "type": "string", "rankingHint": { "importanceScore": "huge" } }""", "DeserializationError", "$.properties[0].rankingHint.importanceScore: Requested value 'huge'");
        yield return new("schema: people without personAccount", "PATCH", Connections + "/people01/schema", Utf8("""{ "properties": [ { "name": "account", "labels": [] } ] }"""), 400, Invalid, "PersonAccountRequired", "$.properties: On a connection for people");

        static MalformedRequest First(string what, string body, string inner, string reason) =>
            new("schema: " + what, "PATCH", FirstSchema, Utf8(body), 400, Invalid, inner, reason);

        static MalformedRequest Beta(string what, string property, string inner, string reason) =>
            new("schema: " + what, "PATCH", BetaConnections + "/draftone/schema", Utf8(Of(property)), 400, Invalid, inner, reason);
    }

    private static IEnumerable<MalformedRequest> SchemaUpdates()
    {
        yield return Update("another type", """{ "name": "priority", "type": "double" }""", "PropertyTypeCannotChange", "$.properties[0].type: Property 'priority' has type 'int64'");
        yield return Update("refinable added", """{ "name": "weight", "isRefinable": true }""", "RefinerCannotBeAdded", "$.properties[0].isRefinable: Property 'weight' exists");
        yield return Update("refinable made searchable", """{ "name": "tags", "isSearchable": true }""", "SearchableAndRefinableConflict", "$.properties[0].isSearchable");
        yield return Update("label of a stored property", """{ "name": "other", "type": "string", "isRetrievable": true, "labels": ["title"] }""", "DuplicateLabel", "$.properties[0].labels[0]: The label 'title' is already on property 'title'");
        yield return Update("new property without type", """{ "name": "other" }""", "InvalidPropertyType", "$.properties[0].type: Property 'other' needs a type.");
        yield return Update("120 more", string.Join(',', Enumerable.Range(0, 120).Select(i => $$"""{ "name": "p{{i}}", "type": "string" }""")), "TooManyProperties", "$.properties: The schema would have 129 properties");
        yield return new("schema: POST on beta where there is one", "POST", BetaConnections + "/contosohr/schema", Utf8(TestServer.DefaultSchema), 409, "NameAlreadyExists", null, "The connection has a schema; PATCH updates it.");
        yield return new("schema: POST of another one where there is one", "POST", Schema, Utf8(Of("""{ "name": "priority", "type": "double" }""")), 409, "NameAlreadyExists", null, "The connection has a schema; PATCH updates it.");
        yield return new("schema: PATCH of an unknown connection", "PATCH", Connections + "/nobody1/schema", Utf8(Of("""{ "name": "p", "type": "string" }""")), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("schema: PATCH of another app's connection", "PATCH", Connections + "/foreign1/schema", Utf8(Of("""{ "name": "p", "type": "string" }""")), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("schema: PATCH of a connection that is being deleted", "PATCH", Connections + "/goingone/schema", Utf8(Of("""{ "name": "p", "type": "string" }""")), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("schema: GET where there is none", "GET", FirstSchema, null, 404, "ItemNotFound", "ResourceNotFound", "'Schema' was not found.");
        yield return new("schema: DELETE", "DELETE", Schema, null, 404, "UnknownError", null, "A schema cannot be deleted.") { Message = "" };
        yield return new("operation: unknown", "GET", Contoso + "/operations/1.local.0.0", null, 404, "ItemNotFound", "ResourceNotFound", "'ConnectionOperation' was not found.");

        static MalformedRequest Update(string what, string properties, string inner, string reason) =>
            new("schema update: " + what, "PATCH", Schema, Utf8($$"""{ "properties": [ {{properties}} ] }"""), 400, Invalid, inner, reason);
    }

    // ---- items -----------------------------------------------------------------------------------------------------------------------------

    private static IEnumerable<MalformedRequest> ItemIds()
    {
        yield return ItemId("with a blank", "T%202", "'T 2' is none.");
        yield return ItemId("with a dot", "T.2", "'T.2' is none.");
        yield return ItemId("with a tilde", "T~2", "'T~2' is none.");
        yield return ItemId("with an equals sign", "T=2", "'T=2' is none.");
        yield return ItemId("with a colon", "T:2", "'T:2' is none.");
        yield return ItemId("with an encoded hash", "T%232", "'T#2' is none.");
        yield return ItemId("with an encoded question mark", "T%3F2", "'T?2' is none.");
        yield return ItemId("with an encoded ampersand", "T%262", "'T&2' is none.");
        yield return ItemId("with an encoded slash", "T%2F2", "is none.");
        yield return ItemId("with an encoded percent sign", "T%252", "'T%2' is none.");
        yield return ItemId("with an umlaut", "T%C3%A4", "'Tä' is none.");
        yield return ItemId("of 129 characters", new string('T', 129), "An item id has 1 to 128 characters");
        yield return ItemId("with a namespace before a good one", "microsoft.graph.T1", "'microsoft.graph.T1' is none.");
        yield return Put("id in the body differs", NewItem, $$"""{ "id": "T3", "acl": {{Acl}}, "properties": { "title": "t" } }""", "InvalidItemId", "$.id: The id 'T3' in the body differs from 'T2'");
        yield return Put("id in the body differs in letter case", NewItem, $$"""{ "id": "t2", "acl": {{Acl}}, "properties": { "title": "t" } }""", "InvalidItemId", "$.id: The id 't2' in the body differs from 'T2'");

        static MalformedRequest ItemId(string what, string segment, string reason) => new(
            "item: id " + what, "PUT", $"{Contoso}/items/{segment}", Utf8($$"""{ "acl": {{Acl}}, "properties": { "title": "t" } }"""), 400, Invalid, "InvalidItemId", reason);
    }

    private static IEnumerable<MalformedRequest> ItemMembers()
    {
        yield return Put("acl missing on a new one", NewItem, """{ "properties": { "title": "t" } }""", "InvalidAcl", "$.acl: A new item needs 'acl'");
        yield return Put("properties missing on a new one", NewItem, $$"""{ "acl": {{Acl}} }""", "InvalidProperties", "$.properties: A new item needs 'properties'.");
        yield return Put("empty object for a new one", NewItem, "{}", "InvalidAcl", "$.properties: A new item needs 'properties'.");
        yield return Put("acl null", Item, """{ "acl": null, "properties": { "title": "t" } }""", "InvalidAcl", "$.acl: The access list must not be null.");
        yield return Put("properties null", Item, $$"""{ "acl": {{Acl}}, "properties": null }""", "InvalidProperties", "$.properties: The properties must not be null.");
        yield return Put("properties empty", Item, $$"""{ "acl": {{Acl}}, "properties": {} }""", "InvalidProperties", "$.properties: An item needs at least one property");
        yield return Put("properties all null", Item, $$"""{ "acl": {{Acl}}, "properties": { "title": null } }""", "InvalidProperties", "$.properties: An item needs at least one property");
        yield return Put("content without type", Item, Whole(""" "content": { "value": "v" } """), "InvalidContent", "$.content.type: The content needs 'type'");
        yield return Put("content without value", Item, Whole(""" "content": { "type": "text" } """), "InvalidContent", "$.content.value: The content needs 'value'");
        yield return Put("content of an unknown type", Item, Whole(""" "content": { "type": "markdown", "value": "v" } """), "DeserializationError", "$.content.type: Requested value 'markdown' was not found.");
        yield return Put("label that is no GUID", Item, Whole(""" "informationProtectionLabel": { "sensitivityLabelId": "secret" } """), "InvalidSensitivityLabel", "$.informationProtectionLabel.sensitivityLabelId");
        yield return Put("unknown @odata.type", Item, Whole(""" "@odata.type": "#microsoft.graph.driveItem" """), "DeserializationError", "$.@odata.type: A type named 'microsoft.graph.driveItem'");
        yield return PutShape("content is text", Whole(""" "content": "v" """), "$.content: Property content in payload").WithMessage("Property content in payload has a value that does not match schema.");
        yield return PutShape("content value is an object", Whole(""" "content": { "type": "text", "value": {} } """), "$.content.value: Property value in payload");
        yield return PutShape("content value has half a surrogate pair", Whole(""" "content": { "type": "text", "value": "\ud800" } """), "$.content.value: Property value in payload");
        yield return PutShape("properties are an array", $$"""{ "acl": {{Acl}}, "properties": [] }""", "$.properties: Property properties in payload");
        yield return PutShape("bare property at top level", Whole(""" "title": "t" """), "$.title: The property 'title' does not exist on type 'microsoft.graph.externalConnectors.externalItem'.");
        yield return PutShape("activities are an object", Whole(""" "activities": {} """), "$.activities: Property activities in payload");
        yield return PutShape("body is an array", "[]", "$: Property body in payload");
        yield return PutShape("id is a number", $$"""{ "id": 1, "acl": {{Acl}}, "properties": { "title": "t" } }""", "$.id: Property id in payload");
        yield return new("item: html for a compliance connection", "PUT", Connections + "/comply01/items/T1", Utf8(Whole(""" "content": { "type": "html", "value": "<p>" } """)), 400, Invalid, "InvalidContent", "$.content.type: A connection that is enabled for compliance");
        yield return new("item: of a connection without schema", "PUT", Connections + "/draftone/items/T1", Utf8(Whole("")), 400, Invalid, "ConnectionNotReady", "' is in state 'draft'");
        yield return new("item: DELETE in a connection without schema", "DELETE", Connections + "/draftone/items/T1", null, 400, Invalid, "ConnectionNotReady", "' is in state 'draft'");
        yield return new("item: of an unknown connection", "PUT", Connections + "/nobody1/items/T1", Utf8(Whole("")), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("item: of another app's connection", "PUT", Connections + "/foreign1/items/T1", Utf8(Whole("")), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return new("item: of a connection that is being deleted", "PUT", Connections + "/goingone/items/T1", Utf8(Whole("")), 404, "ItemNotFound", "ResourceNotFound", "'Connection' was not found.");
        yield return Put("an activity of no time and nobody", Item, Whole(""" "activities": [ { "@odata.type": "#microsoft.graph.externalConnectors.externalActivity" } ] """), "InvalidActivity", "$.activities[0].startDateTime: An activity needs 'startDateTime'.");
        yield return Put("an activity without its type", Item, Whole(""" "activities": [ { "type": "viewed", "startDateTime": "2026-01-10T08:00:00Z", "performedBy": { "type": "externalGroup", "id": "g" } } ] """), "DeserializationError", "$.activities[0].@odata.type: An activity sent along");
        yield return new("item: PATCH of an unknown one", "PATCH", Contoso + "/items/T9", Utf8(Whole("")), 404, "ItemNotFound", "ResourceNotFound", "'ExternalItem' was not found.");
        yield return new("item: PATCH with another type", "PATCH", Item, Utf8("""{ "properties": { "title": 5 } }"""), 400, Invalid, "PropertyTypeMismatch", "$.properties.title: ");
        yield return new("item: PATCH of a connection without schema", "PATCH", Connections + "/draftone/items/T1", Utf8("{}"), 400, Invalid, "ConnectionNotReady", "' is in state 'draft'");
        yield return new("item: PATCH of a person that takes everyone's access away", "PATCH", Connections + "/people01/items/P1", Utf8("""{ "acl": [ { "type": "externalGroup", "value": "g", "accessType": "grant" } ] }"""), 400, Invalid, "InvalidAcl", "$.acl: An item of a people connection");
        yield return new("activities: GET", "GET", Item + "/activities", null, 404, "UnknownError", null, "Activities are only ever added, by POST to addActivities") { Message = "" };
        yield return new("activities: POST", "POST", Item + "/activities", Utf8("{}"), 404, "UnknownError", null, "Activities are only ever added, by POST to addActivities") { Message = "" };
        yield return new("activities: GET of one", "GET", Item + "/activities/1", null, 404, "UnknownError", null, "Activities are only ever added, by POST to addActivities") { Message = "" };
        yield return new("activities: PATCH of one", "PATCH", Item + "/activities/1", Utf8("{}"), 404, "UnknownError", null, "Activities are only ever added, by POST to addActivities") { Message = "" };
        yield return new("activities: DELETE of one", "DELETE", Item + "/activities('1')", null, 404, "UnknownError", null, "Activities are only ever added, by POST to addActivities") { Message = "" };
        yield return new("activities: GET of who did it", "GET", Item + "/activities/1/performedBy", null, 404, "UnknownError", null, "Activities are only ever added, by POST to addActivities") { Message = "" };
        yield return new("item: GET of an unknown one", "GET", Contoso + "/items/T9", null, 404, "ItemNotFound", "ResourceNotFound", "'ExternalItem' was not found.");
        yield return new("item: GET in another letter case", "GET", Contoso + "/items/t1", null, 404, "ItemNotFound", "ResourceNotFound", "'ExternalItem' was not found.");
        yield return new("item: GET with a namespace before the id", "GET", Contoso + "/items/microsoft.graph.T1", null, 404, "ItemNotFound", "ResourceNotFound", "'ExternalItem' was not found.");
        yield return new("item: DELETE of an unknown one", "DELETE", Contoso + "/items/T9", null, 404, "ItemNotFound", "ResourceNotFound", "'ExternalItem' was not found.");
        yield return new("item: DELETE with a namespace before the id", "DELETE", Contoso + "/items/microsoft.graph.T1", null, 404, "ItemNotFound", "ResourceNotFound", "'ExternalItem' was not found.");
        yield return new("item: POST to the collection", "POST", Contoso + "/items", Utf8(Whole("")), 404, "UnknownError", null, "Items are created by PUT") { Message = "" };
    }

    private static IEnumerable<MalformedRequest> AccessLists()
    {
        const string User = "0b1dd35d-72ec-47dd-92f2-fb9c40936555";
        yield return Put("acl empty", Item, """{ "acl": [], "properties": { "title": "t" } }""", "InvalidAcl", "$.acl: The access list has no entry");
        yield return Put("acl of 101 entries", Item, $$"""{ "acl": [ {{string.Join(',', Enumerable.Repeat(Acl.Trim('[', ']', ' '), 101))}} ], "properties": { "title": "t" } }""", "InvalidAcl", "$.acl: The access list has 101 entries; at most 100 are allowed.");
        yield return Entry("without type", $$""" "value": "{{User}}", "accessType": "grant" """, "InvalidAcl", ".type: An entry of an access list needs 'type'.");
        yield return Entry("without value", """ "type": "user", "accessType": "grant" """, "InvalidAcl", ".value: An entry of an access list needs 'value'.");
        yield return Entry("without accessType", $$""" "type": "user", "value": "{{User}}" """, "InvalidAcl", ".accessType: An entry of an access list needs 'accessType'.");
        yield return Entry("of an unknown type", $$""" "type": "robot", "value": "{{User}}", "accessType": "grant" """, "DeserializationError", ".type: Requested value 'robot' was not found.");
        yield return Entry("with an unknown accessType", $$""" "type": "user", "value": "{{User}}", "accessType": "maybe" """, "DeserializationError", ".accessType: Requested value 'maybe' was not found.");
        yield return Entry("for a user by name", """ "type": "user", "value": "reader@tributary.local", "accessType": "grant" """, "InvalidAcl", ".value: The value of an entry of type 'user' is the Entra object id");
        yield return Entry("for a group by name", """ "type": "group", "value": "All staff", "accessType": "grant" """, "InvalidAcl", ".value: The value of an entry of type 'group' is the Entra object id");
        yield return Entry("for an external group with a blank", """ "type": "externalGroup", "value": "night shift", "accessType": "grant" """, "InvalidAcl", ".value: The value of an entry of type 'externalGroup'");
        yield return Entry("for everyone without a value", """ "type": "everyone", "value": "", "accessType": "grant" """, "InvalidAcl", ".value: The value of an entry of type 'everyone' must not be empty.");
        yield return PutShape("entry is text", """{ "acl": ["everyone"], "properties": { "title": "t" } }""", "$.acl[0]: Property acl[0] in payload");
        yield return PutShape("acl is an object", """{ "acl": {}, "properties": { "title": "t" } }""", "$.acl: Property acl in payload");
        yield return PutShape("undeclared member of an entry", """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant", "x": 1 } ], "properties": { "title": "t" } }""", "$.acl[0].x: The property 'x' does not exist");
        yield return PutShape("identitySource on v1.0", """{ "acl": [ { "type": "everyone", "value": "everyone", "accessType": "grant", "identitySource": "external" } ], "properties": { "title": "t" } }""", "$.acl[0].identitySource: The property 'identitySource' does not exist");
        yield return new("item: person that not everyone may see", "PUT", Connections + "/people01/items/T1", Utf8($$"""{ "acl": [ { "type": "user", "value": "{{User}}", "accessType": "grant" } ], "properties": { "account": "{}" } }"""), 400, Invalid, "InvalidAcl", "$.acl: An item of a people connection must grant access to 'everyone'.");

        static MalformedRequest Entry(string what, string members, string inner, string reason) =>
            Put("acl entry " + what, Item, $$"""{ "acl": [ { {{members}} } ], "properties": { "title": "t" } }""", inner, "$.acl[0]" + reason);
    }

    private static IEnumerable<MalformedRequest> Properties()
    {
        yield return Property("unknown property", """ "colour": "red" """, "UnknownProperty", "$.properties.colour: The schema of the connection has no property 'colour'.");
        yield return Property("unknown property beside a good one", """ "title": "t", "colour": "red" """, "UnknownProperty", "$.properties.colour");
        yield return Property("property twice in two letter cases", """ "title": "t", "TITLE": "u" """, "DuplicatePropertyName", "$.properties.title: 'title' stands more than once.");
        yield return Property("number for a string", """ "title": 5 """, "PropertyTypeMismatch", "$.properties.title: The property 'title' is of type string");
        yield return Property("string with half a surrogate pair", """ "title": "\udc00" """, "PropertyTypeMismatch", "$.properties.title");
        yield return Property("text for an int64", """ "priority": "5" """, "PropertyTypeMismatch", "$.properties.priority: The property 'priority' is of type int64");
        yield return Property("empty text for an int64", """ "priority": "" """, "PropertyTypeMismatch", "$.properties.priority");
        yield return Property("fraction for an int64", """ "priority": 1.5 """, "PropertyTypeMismatch", "$.properties.priority");
        yield return Property("int64 beyond its range", """ "priority": 9223372036854775808 """, "PropertyTypeMismatch", "$.properties.priority");
        yield return Property("text for a double", """ "weight": "1.5" """, "PropertyTypeMismatch", "$.properties.weight: The property 'weight' is of type double");
        yield return Property("NaN for a double", """ "weight": "NaN" """, "PropertyTypeMismatch", "$.properties.weight");
        yield return Property("double beyond its range", """ "weight": 1e999 """, "PropertyTypeMismatch", "$.properties.weight");
        yield return Property("text for a Boolean", """ "done": "true" """, "PropertyTypeMismatch", "$.properties.done: The property 'done' is of type boolean");
        yield return Property("number for a Boolean", """ "done": 1 """, "PropertyTypeMismatch", "$.properties.done");
        yield return Property("day that is none", """ "modified": "2026-02-30T00:00:00Z" """, "PropertyTypeMismatch", "$.properties.modified: The property 'modified' is of type dateTime");
        yield return Property("empty text for a dateTime", """ "modified": "" """, "PropertyTypeMismatch", "$.properties.modified");
        yield return Property("number for a dateTime", """ "modified": 1700000000 """, "PropertyTypeMismatch", "$.properties.modified");
        yield return Property("collection without annotation", """ "tags": ["a"] """, "PropertyTypeMismatch", "$.properties.tags: The stringCollection 'tags' needs its annotation");
        yield return Property("collection with another annotation", """ "tags@odata.type": "Collection(Int64)", "tags": ["a"] """, "PropertyTypeMismatch", "$.properties.tags@odata.type: The property 'tags' is of type stringCollection");
        yield return Property("annotation that is none", """ "tags@odata.type": "Strings", "tags": ["a"] """, "DeserializationError", "$.properties.tags@odata.type: Requested value 'Strings' was not found.");
        yield return Property("annotation of a property that is not there", """ "title": "t", "tags@odata.type": "Collection(String)" """, "DeserializationError", "$.properties.tags@odata.type: This annotates the property 'tags', which is not there.");
        yield return Property("annotation of an unknown property", """ "title": "t", "colours@odata.type": "Collection(String)" """, "UnknownProperty", "$.properties.colours@odata.type");
        yield return Property("misplaced annotation", """ "title": "t", "@odata.type": "Collection(String)" """, "DeserializationError", "Requested value 'Collection(String)' was not found.");
        yield return Property("text for a collection", """ "tags@odata.type": "Collection(String)", "tags": "a" """, "PropertyTypeMismatch", "$.properties.tags");
        yield return Property("number in a string collection", """ "tags@odata.type": "Collection(String)", "tags": ["a", 5] """, "PropertyTypeMismatch", "$.properties.tags[1]");
        yield return Property("null in a string collection", """ "tags@odata.type": "Collection(String)", "tags": [null] """, "PropertyTypeMismatch", "$.properties.tags[0]");

        static MalformedRequest Property(string what, string members, string inner, string reason) =>
            Put(what, Item, $$"""{ "acl": {{Acl}}, "properties": { {{members}} } }""", inner, reason);
    }

    // ---- bodies and paths ------------------------------------------------------------------------------------------------------------------

    private static IEnumerable<MalformedRequest> Bodies()
    {
        byte[] whole = Utf8(Whole(""));
        byte[] create = Utf8(Create(""));
        const string Content = "Entity only allows writes with a JSON Content-Type header.";
        yield return new MalformedRequest("body: create without Content-Type", "POST", Connections, create, 400, Bad, null, "The request has no Content-Type.") { ContentType = null }.WithMessage(Content);
        yield return new MalformedRequest("body: update without Content-Type", "PATCH", Contoso, Utf8("{}"), 400, Bad, null, "The request has no Content-Type.") { ContentType = null }.WithMessage(Content);
        yield return new MalformedRequest("body: schema as text", "PATCH", Schema, Utf8(Of("")), 400, Bad, null, "The Content-Type is 'text/plain'.") { ContentType = "text/plain" }.WithMessage(Content);
        yield return new MalformedRequest("body: item as a form", "PUT", Item, whole, 400, Bad, null, "The Content-Type is 'application/x-www-form-urlencoded'.") { ContentType = "application/x-www-form-urlencoded" }.WithMessage(Content);
        yield return new MalformedRequest("body: item as almost JSON", "PUT", Item, whole, 400, Bad, null, "The Content-Type is 'application/jsonx; charset=utf-8'.") { ContentType = "application/jsonx; charset=utf-8" }.WithMessage(Content);
        yield return new MalformedRequest("body: unknown Content-Encoding", "PUT", Item, whole, 415, "UnsupportedMediaType", null, "The Content-Encoding 'zstd' is not one of gzip, deflate, br.") { ContentEncoding = "zstd" };
        yield return new MalformedRequest("body: two encodings", "PUT", Item, whole, 415, "UnsupportedMediaType", null, "is not one of gzip, deflate, br.") { ContentEncoding = "gzip, gzip" };
        yield return new MalformedRequest("body: gzip that is none", "PUT", Item, whole, 400, Bad, null, "The compressed body is broken.") { ContentEncoding = "gzip" }.WithMessage(Unreadable);
        yield return new MalformedRequest("body: deflate that is none", "PUT", Item, whole, 400, Bad, null, "The compressed body is broken.") { ContentEncoding = "deflate" };
        yield return new MalformedRequest("body: br that is none", "PUT", Item, whole, 400, Bad, null, "The compressed body is broken.") { ContentEncoding = "br" };
        yield return new MalformedRequest("body: gzip cut short", "PUT", Item, Gzip(whole)[..^12], 400, Bad, null, "") { ContentEncoding = "gzip" };
        yield return new MalformedRequest("body: br cut short", "PUT", Item, Brotli(whole)[..^8], 400, Bad, null, "") { ContentEncoding = "br" };
        yield return new MalformedRequest("body: gzip bomb", "PUT", Item, Gzip(new byte[50_000_000]), 413, "RequestEntityTooLarge", "maxFileSizeExceeded", "over the limit of 100000 bytes") { ContentEncoding = "gzip" };
        yield return new MalformedRequest("body: item over the limit", "PUT", Item, Utf8(new string(' ', 100_001)), 413, "RequestEntityTooLarge", "maxFileSizeExceeded", "over the limit of 100000 bytes");
        yield return new MalformedRequest("body: item over the limit, chunked", "PUT", Item, Utf8(new string(' ', 100_001)), 413, "RequestEntityTooLarge", "maxFileSizeExceeded", "over the limit of 100000 bytes") { IsChunked = true };
        yield return new MalformedRequest("body: connection over the limit", "POST", Connections, Utf8(new string(' ', (4 * 1024 * 1024) + 1)), 413, "RequestEntityTooLarge", "maxFileSizeExceeded", "over the limit of 4194304 bytes");

        foreach ((string what, string text) in ((string, string)[])
            [("empty", ""), ("blank", "   "), ("cut short", "{ \"acl\": ["), ("trailing comma", "{ \"id\": \"T1\", }"), ("comment", "{ /* no */ }"), ("single quotes", "{ 'id': 'T1' }"),
             ("two documents", "{} {}"), ("no JSON", "<xml/>"), ("NaN", "{ \"x\": NaN }"), ("leading zero", "{ \"x\": 01 }"), ("member twice", "{ \"id\": \"T1\", \"id\": \"T1\" }"),
             ("member twice, once escaped", "{ \"id\": \"T1\", \"\\u0069d\": \"T1\" }"), ("member twice deep inside", "{ \"properties\": { \"title\": \"a\", \"title\": \"b\" } }"),
             ("control character in a string", "{ \"id\": \"T\t1\" }")])
        {
            yield return Json("item", what, "PUT", Item, Utf8(text));
        }

        yield return Json("item", "65 levels", "PUT", Item, Utf8(Nested(65)));
        yield return Json("item", "100,000 open brackets", "PUT", Item, Utf8(new string('[', 99_999)));
        yield return Json("item", "invalid UTF-8 in a string", "PUT", Item, [.. "{ \"properties\": { \"title\": \""u8, 0xC3, 0x28, .. "\" } }"u8]);
        yield return Json("item", "UTF-8 of a surrogate", "PUT", Item, [.. "{ \"properties\": { \"title\": \""u8, 0xED, 0xA0, 0x80, .. "\" } }"u8]);
        yield return Json("item", "UTF-16", "PUT", Item, Encoding.Unicode.GetBytes(Whole("")));
        yield return Json("item", "name of a member that is no text", "PUT", Item, Utf8("""{ "properties": { "title": "t", "\ud800": 1 } }"""));
        yield return Json("create", "name of a member that is no text", "POST", Connections, Utf8(Create(""" "configuration": { "\udc00": 1 } """)));
        yield return Json("update", "name of a member that is no text", "PATCH", Contoso, Utf8("""{ "\udfff": "N" }"""));
        yield return Json("schema", "cut short", "PATCH", Schema, Utf8("{ \"baseType\""));
        yield return Json("schema", "invalid UTF-8 in a name", "PATCH", FirstSchema, [.. "{ \""u8, 0xFF, .. "\": 1 }"u8]);
        yield return Json("create", "empty", "POST", Connections, []);
        yield return Json("create", "65 levels", "POST", Connections, Utf8(Nested(65)));
        yield return Json("create", "member twice", "POST", Connections, Utf8("""{ "id": "contoso2", "name": "N", "name": "M" }"""));
        yield return Json("create", "invalid UTF-8 in a layout", "POST", Connections, [.. """{ "id": "contoso2", "name": "N", "configuration": { "x": " """u8, 0xFE, .. "\" } }"u8]);
        yield return Json("update", "invalid UTF-8", "PATCH", Contoso, [.. "{ \"description\": \""u8, 0x80, .. "\" }"u8]);

        static MalformedRequest Json(string resource, string what, string method, string path, byte[] body) =>
            new MalformedRequest($"body: {resource}: {what}", method, path, body, 400, Bad, null, "The JSON is not valid").WithMessage(Unreadable);
    }

    private static IEnumerable<MalformedRequest> Queries()
    {
        yield return Option("an option that OData does not have", Connections + "?$foo=1", null, null).WithMessage("The query parameter '$foo' is not supported.");
        yield return Option("$search", Connections + "?$search=x", null, null).WithMessage("The query parameter '$search' is not supported.");
        yield return Option("$apply without $", Connections + "?APPLY=x", null, null).WithMessage("The query parameter '$apply' is not supported.");
        yield return Option("$filter on a connection", Contoso + "?$filter=id%20eq%20'x'", null, null).WithMessage("The query parameter '$filter' is not supported.");
        yield return Option("$top on a connection", Contoso + "?$top=1", null, null).WithMessage("The query parameter '$top' is not supported.");
        yield return Option("$filter on operations", Contoso + "/operations?$filter=id%20eq%20'x'", null, null).WithMessage("The query parameter '$filter' is not supported.");
        yield return Option("$orderby on groups", Contoso + "/groups?$orderby=id", null, null).WithMessage("The query parameter '$orderby' is not supported.");
        yield return Option("$top of $count", Contoso + "/groups/$count?$top=1", null, null).WithMessage("The query parameter '$top' is not supported.");
        yield return Option("$top twice", Connections + "?$top=1&$top=2", "invalidQueryOption", "$top: ").WithMessage("The query parameter '$top' is given more than once.");
        yield return Option("$top with and without $", Connections + "?$top=1&TOP=2", "invalidQueryOption", "$top: ").WithMessage("The query parameter '$top' is given more than once.");
        yield return Option("$filter without a value", Connections + "?$filter=", "invalidQueryOption", "$filter: ").WithMessage("The query parameter '$filter' has no value.");
        yield return Option("$select of blanks", Contoso + "?$select=+", "invalidQueryOption", "$select: ").WithMessage("The query parameter '$select' has no value.");
        foreach (string number in (string[])["-1", "x", "1.0", "%2B1", "-99999999999999999999", "99999999999999999999.0", "1e30", "%EF%BC%91", "0x10"])
        {
            yield return Option($"$top={number}", Connections + "?$top=" + number, "invalidQueryOption", "$top: Invalid value");
            yield return Option($"$skip={number}", Connections + "?$skip=" + number, "invalidQueryOption", "$skip: Invalid value");
        }

        yield return Option("$count of no truth", Connections + "?$count=1", "invalidQueryOption", "$count: Invalid value '1'");
        yield return Option("$skip beside $skiptoken", Connections + "?$skip=1&$skiptoken=x", "invalidQueryOption", "exclude each other");
        foreach (string token in (string[])["x", "%00", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", new string('A', 5000)])
        {
            yield return Option($"$skiptoken {token[..1]}… of {token.Length}", Connections + "?$skiptoken=" + token, "invalidQueryOption", "$skiptoken: ")
                .WithMessage("The skip token is invalid or expired.");
        }

        yield return Option("$filter that is none", Connections + "?$filter=name%20eq", "invalidQueryOption", "$filter: Expression expected at position 7");
        yield return Option("$filter on an unknown property", Connections + "?$filter=foo%20eq%201", "invalidQueryOption", "$filter: ")
            .WithMessage("Could not find a property named 'foo' on type 'microsoft.graph.externalConnectors.externalConnection'.");
        yield return Option("$filter on a property of beta", "/v1.0/external/connections?$filter=ingestedItemsCount%20eq%201", "invalidQueryOption", "$filter: Could not find a property named 'ingestedItemsCount'");
        yield return Option("$filter with an unknown state", Connections + "?$filter=state%20eq%20'x'", "invalidQueryOption", "$filter: The string 'x' is not a valid enumeration type constant.");
        foreach ((string filter, string reason) in ((string, string)[])
            [
                ("name gt 'a'", "The operator 'gt' is not supported."), ("name ge 'a'", "The operator 'ge'"), ("id lt 'a'", "The operator 'lt'"), ("id le 'a'", "The operator 'le'"),
                ("contains(name,'a')", "The function 'contains'"), ("endswith(name,'a')", "The function 'endswith'"), ("tolower(name) eq 'a'", "The function 'tolower' is not supported; id, name and state are."),
                ("description eq 'a'", "The property 'description' is not supported"), ("startswith(description,'a')", "The property 'description'"),
                ("description in ('a')", "The property 'description'"), ("name eq id", "A comparison must be with a constant."), ("true", "The constant true is no condition"),
                ("configuration/authorizedAppIds/any(a:a eq 'x')", "The operator 'any' on 'authorizedAppIds' is not supported."), ("configuration/x eq 'a'", "The left side of a comparison"),
                ("not (name eq 'a' and name gt 'b')", "The operator 'gt'"), ("items/any(i:i/id eq 'x')", "The operator 'any' on 'items' is not supported."), ("length(name) eq 3", "The function 'length'"),
                ("groups/any(g:g/id eq 'x')", "The operator 'any' on 'groups'"), ("items/all(i:i/id eq 'x')", "The operator 'all' on 'items'"), ("groups/any()", "The operator 'any' on 'groups'"),
                ("false and id eq 'a'", "The constant false is no condition"), ("not true", "The constant true is no condition"), ("null", "The constant null is no condition"),
                ("name has 'x'", "The operator 'has' is not supported."), ("id eq 'a' or not (name has 'x')", "The operator 'has' is not supported."), ("state has 'draft'", "The operator 'has' is not supported."),
                ("true eq true", "The constant true is not supported; id, name and state are."), ("groups/$count eq 1", "'$count' is not supported; id, name and state are."),
                ("id in configuration/authorizedAppIds", "The operator 'in' is supported with a list of constants only."), ("(name eq 'a') eq true", "The operator 'eq' is not supported; id, name and state are."),
            ])
        {
            yield return Option($"$filter={filter}", Connections + "?$filter=" + Uri.EscapeDataString(filter), "invalidQueryOption", "$filter: " + reason)
                .WithMessage("This query is not supported.");
        }

        yield return Option("$orderby of an unknown property", Connections + "?$orderby=foo", "invalidQueryOption", "$orderby: Could not find a property named 'foo'");
        yield return Option("$orderby of no order", Connections + "?$orderby=name%20up", "invalidQueryOption", "$orderby: ");
        foreach (string order in (string[])["description", "connectorId", "length(name)", "configuration/x", "name,description%20desc"])
        {
            yield return Option($"$orderby={order}", Connections + "?$orderby=" + order, "invalidQueryOption", "$orderby: Connections can be sorted by id, name, state") with
            {
                Code = "Request_UnsupportedQuery",
                Message = "Sorting not supported for current query.",
            };
        }

        yield return Option("$select of an unknown property", Contoso + "?$select=id,foo", "invalidQueryOption", "$select: ")
            .WithMessage("Could not find a property named 'foo' on type 'microsoft.graph.externalConnectors.externalConnection'.");
        yield return Option("$select of a property of beta", "/v1.0/external/connections/contosohr?$select=enabledContentExperiences", "invalidQueryOption", "$select: Could not find a property named 'enabledContentExperiences'");
        yield return Option("$select of a relationship", Contoso + "?$select=schema", "invalidQueryOption", "'schema' is none.");
        yield return Option("$select inside of a property", Contoso + "?$select=configuration/authorizedAppIds", "invalidQueryOption", "'configuration/authorizedAppIds' is none.");
        yield return Option("$select of an unknown property of a group", Contoso + "/groups?$select=foo", "invalidQueryOption", "$select: Could not find a property named 'foo' on type 'microsoft.graph.externalConnectors.externalGroup'.");
        yield return Option("$select of an unknown property of an item", Contoso + "/items/T1?$select=foo", "invalidQueryOption", "$select: Could not find a property named 'foo' on type 'microsoft.graph.externalConnectors.externalItem'.");
        foreach ((string path, string relationship) in ((string, string)[])
            [(Connections + "?$expand=items", "items"), (Contoso + "?$expand=schema,groups", "groups"), (Contoso + "?$expand=*", "groups"), (Contoso + "/items/T1?$expand=activities", "activities"), (Contoso + "/groups?$expand=members", "members")])
        {
            yield return Option($"$expand of {path}", path, "invalidQueryOption", null) with
            {
                Code = "ExpandNotSupported",
                Message = $"Expand is not allowed for property '{relationship}' according to the entity schema.",
            };
        }

        yield return Option("$expand of a property", Contoso + "?$expand=name", "invalidQueryOption", "$expand: Property 'name'");
        yield return Option("$expand with options inside", Contoso + "?$expand=schema($select=baseType)", "invalidQueryOption", "Options inside of $expand are not supported.");
        yield return Option("$expand of nothing but links", Contoso + "?$expand=$ref", "invalidQueryOption", "$expand: ").WithMessage("The query parameter '$expand' cannot be read.");
        yield return Option("$expand of links", Contoso + "?$expand=schema/$ref", "invalidQueryOption", "Options inside of $expand are not supported.");

        static MalformedRequest Option(string what, string path, string? innerCode, string? reason) =>
            new($"query: {what}", "GET", path, null, 400, Bad, innerCode, reason);
    }

    private static IEnumerable<MalformedRequest> Paths()
    {
        yield return Path("no version", "/external/connections", 400, "Invalid version.", "The path must begin with /v1.0 or /beta.");
        yield return Path("unknown version", "/v2.0/external/connections", 400, "Invalid version.", "The path must begin with /v1.0 or /beta.");
        yield return Path("unknown segment", "/v1.0/external/connectors", 400, "Resource not found for the segment 'connectors'.", null);
        yield return Path("unknown segment of an item", Item + "/versions", 400, "Resource not found for the segment 'versions'.", null);
        yield return Path("unknown segment of a schema", Schema + "/properties", 400, "Resource not found for the segment 'properties'.", null);
        yield return Path("connection without a key", Connections + "('')", 400, "Resource not found for the segment 'connections('')'.", null);
        yield return Path("item without a key", Contoso + "/items('')", 400, "Resource not found for the segment 'items('')'.", null);
        yield return Path("unknown option", Contoso + "?$frobnicate=1", 400, "The query parameter '$frobnicate' is not supported.", null);
        yield return new("path: PUT of a connection", "PUT", Contoso, Utf8("{}"), 405, "Request_BadRequest", null, null);
        yield return new("path: POST of an item", "POST", Item, Utf8(Whole("")), 405, "Request_BadRequest", null, null);
        yield return new("path: PUT of a schema", "PUT", Schema, Utf8("{}"), 405, "Request_BadRequest", null, null);
        yield return new("path: DELETE of all connections", "DELETE", Connections, null, 405, "Request_BadRequest", null, null);
        yield return new("path: list of items, which has to be switched on", "GET", Contoso + "/items", null, 501, "NotImplemented", null, "Items:AllowListing=true");

        static MalformedRequest Path(string what, string path, int status, string message, string? reason) =>
            new MalformedRequest("path: " + what, "GET", path, null, status, Bad, null, reason).WithMessage(message);
    }

    // ---- how rows are written --------------------------------------------------------------------------------------------------------------

    private static MalformedRequest Rule(string name, string path, string body, string inner, string reason) =>
        new(name, "POST", path, Utf8(body), 400, Invalid, inner, reason);

    private static MalformedRequest Shape(string name, string path, string body, string reason) =>
        new(name, "POST", path, Utf8(body), 400, Bad, Bad, reason);

    private static MalformedRequest Put(string what, string path, string body, string inner, string reason) =>
        new("item: " + what, "PUT", path, Utf8(body), 400, Invalid, inner, reason);

    private static MalformedRequest PutShape(string what, string body, string reason) => new("item: " + what, "PUT", Item, Utf8(body), 400, Bad, Bad, reason);

    /// <summary>A create body that is good but for the given members.</summary>
    private static string Create(string members) => $$"""{ "id": "contoso2", "name": "N"{{(members.Length == 0 ? "" : ",")}} {{members}} }""";

    /// <summary>An item body that is good but for the given members.</summary>
    private static string Whole(string members) => $$"""{ "acl": {{Acl}}, "properties": { "title": "t" }{{(members.Length == 0 ? "" : ",")}} {{members}} }""";

    private static string Of(string properties) => $$"""{ "baseType": "microsoft.graph.externalItem", "properties": [ {{properties}} ] }""";

    private static string Guids(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"{i:x8}-72ec-47dd-92f2-fb9c40936555\""));

    private static string Nested(int levels) =>
        new StringBuilder().Insert(0, "{\"x\":", levels).Append('1').Append('}', levels).ToString();

    private static byte[] Utf8(string text) => MalformedRequest.Utf8(text);

    private static byte[] Gzip(byte[] body)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(body);
        }

        return output.ToArray();
    }

    private static byte[] Brotli(byte[] body)
    {
        var output = new MemoryStream();
        using (var brotli = new BrotliStream(output, CompressionLevel.Fastest))
        {
            brotli.Write(body);
        }

        return output.ToArray();
    }
}
