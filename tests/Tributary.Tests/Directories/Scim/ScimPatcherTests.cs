using System.Text.Json;
using System.Text.Json.Nodes;
using Tributary.Directories.Scim;

namespace Tributary.Tests.Directories.Scim;

/// <summary>What each form of an operation does to a user; over HTTP, with the exact bodies of provisioners, see the tests named after them.</summary>
public sealed class ScimPatcherTests
{
    private const string Id = "2819c223-7f76-453a-919d-413861904646";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory]

    // Attributes of one value.
    [InlineData("""{}""", """{"op":"add","path":"nickName","value":"Babs"}""", """{"nickName":"Babs"}""")]
    [InlineData("""{}""", """{"op":"Add","path":"NICKNAME","value":"Babs"}""", """{"nickName":"Babs"}""")]
    [InlineData("""{"nickName":"B"}""", """{"op":"Replace","path":"nickName","value":"Babs"}""", """{"nickName":"Babs"}""")]
    [InlineData("""{"nickName":"B"}""", """{"op":"remove","path":"nickName"}""", """{}""")]
    [InlineData("""{"nickName":"B"}""", """{"op":"replace","path":"nickName","value":null}""", """{}""")]
    [InlineData("""{"nickName":"B"}""", """{"op":"add","path":"nickName","value":null}""", """{"nickName":"B"}""")]
    [InlineData("""{}""", """{"op":"remove","path":"nickName"}""", """{}""")]
    [InlineData("""{"active":true}""", """{"op":"Replace","path":"active","value":"False"}""", """{"active":false}""")]
    [InlineData("""{"active":true}""", """{"op":"replace","path":"active","value":false}""", """{"active":false}""")]
    [InlineData("""{}""", """{"op":"replace","path":"userName","value":"other"}""", """{"userName":"other"}""")]
    [InlineData("""{}""", """{"op":"replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:title","value":"x"}""", """{"title":"x"}""")]

    // Attributes with parts.
    [InlineData("""{"name":{"familyName":"J"}}""", """{"op":"Add","path":"name.givenName","value":"B"}""", """{"name":{"familyName":"J","givenName":"B"}}""")]
    [InlineData("""{}""", """{"op":"replace","path":"name.givenName","value":"B"}""", """{"name":{"givenName":"B"}}""")]
    [InlineData("""{"name":{"familyName":"J"}}""", """{"op":"replace","path":"name","value":{"givenName":"B"}}""", """{"name":{"familyName":"J","givenName":"B"}}""")]
    [InlineData("""{"name":{"familyName":"J","givenName":"B"}}""", """{"op":"remove","path":"name.givenName"}""", """{"name":{"familyName":"J"}}""")]
    [InlineData("""{"name":{"givenName":"B"}}""", """{"op":"remove","path":"name.givenName"}""", """{}""")]
    [InlineData("""{"name":{"givenName":"B"}}""", """{"op":"remove","path":"name"}""", """{}""")]

    // Attributes of several values.
    [InlineData("""{}""", """{"op":"add","path":"emails","value":[{"value":"a","type":"work"}]}""", """{"emails":[{"value":"a","type":"work"}]}""")]
    [InlineData("""{}""", """{"op":"add","path":"emails","value":{"value":"a","type":"work"}}""", """{"emails":[{"value":"a","type":"work"}]}""")]
    [InlineData("""{"emails":[{"value":"a"}]}""", """{"op":"add","path":"emails","value":[{"value":"b"},{"value":"a"}]}""", """{"emails":[{"value":"a"},{"value":"b"}]}""")]
    [InlineData("""{"emails":[{"value":"a","primary":true}]}""", """{"op":"add","path":"emails","value":[{"value":"b","primary":true}]}""", """{"emails":[{"value":"a","primary":false},{"value":"b","primary":true}]}""")]
    [InlineData("""{"emails":[{"value":"a"}]}""", """{"op":"replace","path":"emails","value":[{"value":"b"}]}""", """{"emails":[{"value":"b"}]}""")]
    [InlineData("""{"emails":[{"value":"a"}]}""", """{"op":"replace","path":"emails","value":[]}""", """{}""")]
    [InlineData("""{"emails":[{"value":"a"}]}""", """{"op":"remove","path":"emails"}""", """{}""")]
    [InlineData("""{"roles":[{"value":"a"},{"value":"b"}]}""", """{"op":"Remove","path":"roles","value":[{"value":"a"}]}""", """{"roles":[{"value":"b"}]}""")]
    [InlineData("""{"emails":[{"value":"a","type":"work"}]}""", """{"op":"replace","path":"emails.type","value":"home"}""", """{"emails":[{"value":"a","type":"home"}]}""")]

    // Some of several values.
    [InlineData("""{"emails":[{"value":"a","type":"work"},{"value":"h","type":"home"}]}""", """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"b"}""", """{"emails":[{"value":"b","type":"work"},{"value":"h","type":"home"}]}""")]
    [InlineData("""{"emails":[{"value":"h","type":"home"}]}""", """{"op":"Add","path":"emails[type eq \"work\"].value","value":"b"}""", """{"emails":[{"value":"h","type":"home"},{"type":"work","value":"b"}]}""")]
    [InlineData("""{}""", """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"b"}""", """{"emails":[{"type":"work","value":"b"}]}""")]
    [InlineData("""{}""", """{"op":"Add","path":"emails[type eq \"work\" and primary eq \"True\"].value","value":"b"}""", """{"emails":[{"type":"work","primary":true,"value":"b"}]}""")]
    [InlineData("""{"emails":[{"value":"a","type":"work"}]}""", """{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"b","type":"other"}}""", """{"emails":[{"value":"b","type":"other"}]}""")]
    [InlineData("""{"emails":[{"value":"a","type":"work"}]}""", """{"op":"add","path":"emails[type eq \"work\"]","value":{"display":"A"}}""", """{"emails":[{"value":"a","type":"work","display":"A"}]}""")]
    [InlineData("""{"emails":[{"value":"a","type":"work"},{"value":"h","type":"home"}]}""", """{"op":"remove","path":"emails[type eq \"work\"]"}""", """{"emails":[{"value":"h","type":"home"}]}""")]
    [InlineData("""{"emails":[{"value":"a","type":"work","display":"A"}]}""", """{"op":"remove","path":"emails[value eq \"A\"].display"}""", """{"emails":[{"value":"a","type":"work"}]}""")]
    [InlineData("""{"emails":[{"value":"a"}]}""", """{"op":"remove","path":"emails[type eq \"nowhere\"]"}""", """{"emails":[{"value":"a"}]}""")]

    // The extension, and what only the client knows.
    [InlineData("""{}""", """{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"HR"}""", $$$"""{"{{{Enterprise}}}":{"department":"HR"}}""")]
    [InlineData($$$"""{"{{{Enterprise}}}":{"department":"HR"}}""", """{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"}""", """{}""")]
    [InlineData($$$"""{"{{{Enterprise}}}":{"department":"HR"}}""", """{"op":"remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}""", """{}""")]
    [InlineData("""{}""", """{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":{"Department":"HR","costCenter":null}}""", $$$"""{"{{{Enterprise}}}":{"department":"HR"}}""")]
    [InlineData("""{}""", """{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"m1"}""", $$$"""{"{{{Enterprise}}}":{"manager":"m1"}}""")]
    [InlineData("""{}""", """{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":[{"$ref":"x","value":"m1"}]}""", $$$"""{"{{{Enterprise}}}":{"manager":[{"$ref":"x","value":"m1"}]}}""")]
    [InlineData("""{}""", """{"op":"Add","path":"urn:example:2.0:User:tag","value":"7"}""", """{"urn:example:2.0:User":{"tag":"7"}}""")]
    [InlineData("""{}""", """{"op":"Add","path":"shoeSize","value":44.50}""", """{"shoeSize":44.50}""")]
    [InlineData("""{}""", """{"op":"Add","path":"tags","value":["a"]}""", """{"tags":["a"]}""")]
    [InlineData("""{"tags":["a"]}""", """{"op":"Add","path":"tags","value":["b"]}""", """{"tags":["a","b"]}""")]

    // Without a path.
    [InlineData("""{"name":{"familyName":"J"}}""", """{"op":"replace","value":{"displayName":"D","name.givenName":"G","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"7"}}""", $$$"""{"name":{"familyName":"J","givenName":"G"},"displayName":"D","{{{Enterprise}}}":{"employeeNumber":"7"}}""")]
    [InlineData("""{}""", """{"op":"add","value":{"name":{"givenName":"G"},"emails":[{"value":"a"}]}}""", """{"name":{"givenName":"G"},"emails":[{"value":"a"}]}""")]
    [InlineData("""{}""", """{"op":"replace","path":"","value":{"active":"False"}}""", """{"active":false}""")]
    [InlineData("""{}""", """{"op":"replace","value":{"emails[type eq \"work\"].value":"a"}}""", """{"emails":[{"type":"work","value":"a"}]}""")]
    [InlineData("""{}""", """{"op":"replace","value":{"id":"2819C223-7f76-453a-919d-413861904646","meta":{"version":"x"},"schemas":[],"title":"t"}}""", """{"title":"t"}""")]

    // Several, in their order.
    [InlineData("""{}""", """{"op":"add","path":"title","value":"a"},{"op":"replace","path":"title","value":"b"},{"op":"add","path":"nickName","value":"c"}""", """{"title":"b","nickName":"c"}""")]
    public void An_operation_does_what_it_says(string before, string operations, string after)
    {
        (JsonObject body, ScimError? error) = Apply(before, operations);

        Assert.Null(error);
        JsonObject expected = Body(after);
        Assert.True(JsonNode.DeepEquals(expected, body), $"{body.ToJsonString()}\nshould be\n{expected.ToJsonString()}");
    }

    [Theory]
    [InlineData("""{"op":"move","path":"title"}""", "invalidSyntax", "Operations[0].op must be add, replace or remove.")]
    [InlineData("""{"path":"title"}""", "invalidSyntax", "Operations[0].op")]
    [InlineData("""7""", "invalidSyntax", "Operations[0] must be an object.")]
    [InlineData("""{"op":"add","path":"title","value":"x"},{"op":"add","path":7,"value":"x"}""", "invalidPath", "Operations[1].path: it must be a string.")]
    [InlineData("""{"op":"add","path":"emails[type is \"work\"]","value":"x"}""", "invalidPath", "Operations[0].path: At character 13")]
    [InlineData("""{"op":"add","path":"userName.x","value":"x"}""", "invalidPath", "Operations[0]: 'userName' has no sub-attributes.")]
    [InlineData("""{"op":"add","path":"title[x pr]","value":"x"}""", "invalidPath", "Operations[0]: 'title' has no several values")]
    [InlineData("""{"op":"add","path":"title"}""", "invalidValue", "Operations[0]: 'value' is missing.")]
    [InlineData("""{"op":"add","path":"title","value":7}""", "invalidValue", "title: it must be a string")]
    [InlineData("""{"op":"add","path":"title","value":"\ud800"}""", "invalidValue", "title: it must be a string of Unicode text.")]
    [InlineData("""{"op":"add","path":"active","value":"no"}""", "invalidValue", "active: it must be true or false.")]
    [InlineData("""{"op":"add","path":"name","value":"x"}""", "invalidValue", "name: it must be an object.")]
    [InlineData("""{"op":"add","path":"emails[type eq \"work\"].primary","value":"perhaps"}""", "invalidValue", "emails.primary: it must be true or false.")]
    [InlineData("""{"op":"add","path":"emails","value":[{"value":"a","primary":true},{"value":"b","primary":true}]}""", "invalidValue", "emails: more than one value is primary.")]
    [InlineData("""{"op":"replace","path":"userName","value":""}""", "invalidValue", "userName: it must have 1 to 1024 characters.")]
    [InlineData("""{"op":"replace","path":"userName","value":"a\u0000"}""", "invalidValue", "userName: it has control characters.")]
    [InlineData("""{"op":"add","value":"x"}""", "invalidValue", "Operations[0]: without a path, 'value' must be an object")]
    [InlineData("""{"op":"replace","value":{"a b":1}}""", "invalidPath", "Operations[0].value: At character 2")]
    [InlineData("""{"op":"remove"}""", "noTarget", "Operations[0]: 'remove' needs a path.")]
    [InlineData("""{"op":"replace","path":"emails[type eq \"work\"]","value":{"value":"x"}}""", "noTarget", "Operations[0]: no value of 'emails' satisfies the filter.")]
    [InlineData("""{"op":"replace","path":"emails[value sw \"x\"].type","value":"x"}""", "noTarget", "Operations[0]: no value of 'emails' satisfies the filter.")]
    [InlineData("""{"op":"replace","path":"id","value":"x"}""", "mutability", "Operations[0]: 'id' is not changed by clients.")]
    [InlineData("""{"op":"replace","path":"meta.version","value":"x"}""", "mutability", "Operations[0]: 'meta' is not changed by clients.")]
    [InlineData("""{"op":"add","path":"groups","value":[{"value":"x"}]}""", "mutability", "Operations[0]: 'groups' is not changed by clients.")]
    [InlineData("""{"op":"replace","value":{"id":"other"}}""", "mutability", "Operations[0].value: the id of a resource does not change.")]
    [InlineData("""{"op":"remove","path":"userName"}""", "mutability", "Operations[0]: 'userName' cannot be removed.")]
    [InlineData("""{"op":"remove","path":"active"}""", "mutability", "Operations[0]: 'active' cannot be removed.")]
    [InlineData("""{"op":"replace","path":"active","value":null}""", "mutability", "Operations[0]: 'active' cannot be removed.")]
    public void A_wrong_operation_is_told_by_its_keyword_and_place(string operations, string scimType, string detail)
    {
        (_, ScimError? error) = Apply("{}", operations);

        Assert.Equal((400, scimType), (error?.Status, error?.ScimType));
        Assert.StartsWith(detail, error!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op":"Add","path":"members","value":[{"$ref":null,"value":"A"},{"value":"b"},{"value":"a"}]}""", "Add a b")]
    [InlineData("""{"op":"add","path":"members","value":{"value":"a"}}""", "Add a")]
    [InlineData("""{"op":"add","path":"members","value":"a"}""", "Add a")]
    [InlineData("""{"op":"add","path":"members","value":[]}""", "")]
    [InlineData("""{"op":"Remove","path":"members","value":[{"value":"u1091"}]}""", "Remove u1091")]
    [InlineData("""{"op":"remove","path":"members[value eq \"A\"]"}""", "Remove a")]
    [InlineData("""{"op":"remove","path":"members[value eq \"a\" or value eq \"b\"]"}""", "Remove a b")]
    [InlineData("""{"op":"remove","path":"members[type eq \"Group\"]"}""", "Remove g")]
    [InlineData("""{"op":"remove","path":"members[display sw \"ann\" and type eq \"User\"]"}""", "Remove u")]
    [InlineData("""{"op":"remove","path":"members"}""", "Replace")]
    [InlineData("""{"op":"replace","path":"members","value":[{"value":"a"}]}""", "Replace a")]
    [InlineData("""{"op":"replace","path":"members","value":null}""", "Replace")]
    [InlineData("""{"op":"replace","value":{"displayName":"x","members":[{"value":"a"}]}}""", "Replace a")]
    [InlineData("""{"op":"add","path":"members","value":[{"value":"a"}]},{"op":"remove","path":"members[value eq \"b\"]"}""", "Add a, Remove b")]
    public void Members_come_and_go(string operations, string changes) => Assert.Equal(changes, ApplyToGroup(operations, out ScimError? error) + error?.Detail);

    [Theory]
    [InlineData("""{"op":"replace","path":"members[value eq \"a\"]","value":{"value":"b"}}""", "mutability")]
    [InlineData("""{"op":"replace","path":"members.value","value":"b"}""", "mutability")]
    [InlineData("""{"op":"add","path":"members","value":[{"display":"nobody"}]}""", "invalidValue")]
    [InlineData("""{"op":"add","path":"members","value":[{"value":7}]}""", "invalidValue")]
    [InlineData("""{"op":"add","path":"members","value":[{"value":"\u0000"}]}""", "invalidValue")]
    [InlineData("""{"op":"add","path":"members","value":"a"},{"op":"remove","path":"members[type eq \"Group\"]"}""", "invalidPath")]
    [InlineData("""{"op":"remove","path":"displayName"}""", "mutability")]
    public void A_wrong_operation_on_a_group_is_refused(string operations, string scimType)
    {
        ApplyToGroup(operations, out ScimError? error);

        Assert.Equal((400, scimType), (error?.Status, error?.ScimType));
    }

    [Fact]
    public void Operations_and_values_are_bounded()
    {
        string Many(int count) => string.Join(',', Enumerable.Repeat("""{"op":"add","path":"title","value":"x"}""", count));
        string Values(int count) => $$"""{"op":"add","path":"emails","value":[{{string.Join(',', Enumerable.Range(0, count).Select(i => $$"""{"value":"{{i}}"}"""))}}]}""";

        Assert.Null(Apply("{}", Many(ScimPatch.MaxOperations)).Error);
        Assert.Equal("invalidSyntax", Apply("{}", Many(ScimPatch.MaxOperations + 1)).Error?.ScimType);
        Assert.Null(Apply("{}", Values(ScimValues.MaxValues)).Error);
        Assert.Equal("invalidValue", Apply("{}", Values(ScimValues.MaxValues + 1)).Error?.ScimType);
    }

    private static string ApplyToGroup(string operations, out ScimError? error)
    {
        using JsonDocument document = JsonDocument.Parse(ScimServer.Patch(operations));
        (IReadOnlyList<ScimOperation> read, error) = ScimPatch.Read(document.RootElement);
        Assert.Null(error);
        ScimMember[] members = [new("g", ScimKind.Group, "Annex"), new("u", ScimKind.User, "Anna"), new("v", ScimKind.User, null), new("x", null, null)];
        var patcher = new ScimPatcher(ScimResourceType.Group, Id, (JsonObject)JsonNode.Parse("""{"displayName":"n"}""", ScimText.IgnoringCase)!, members);
        error = patcher.Apply(read, TestContext.Current.CancellationToken);
        return string.Join(", ", patcher.MemberChanges.Select(change => string.Join(' ', [change.Kind.ToString(), .. change.Ids])));
    }

    private static (JsonObject Body, ScimError? Error) Apply(string before, string operations)
    {
        using JsonDocument document = JsonDocument.Parse(ScimServer.Patch(operations));
        JsonObject body = Body(before);
        (IReadOnlyList<ScimOperation> read, ScimError? error) = ScimPatch.Read(document.RootElement);
        return (body, error ?? new ScimPatcher(ScimResourceType.User, Id, body, null).Apply(read, TestContext.Current.CancellationToken));
    }

    private static JsonObject Body(string json)
    {
        var body = (JsonObject)JsonNode.Parse(json, ScimText.IgnoringCase)!;
        body["userName"] ??= "ada";
        return body;
    }
}
