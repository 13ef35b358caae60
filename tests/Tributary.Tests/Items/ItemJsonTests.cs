using System.Text;
using System.Text.Json;
using Tributary.Acls;
using Tributary.Items;

namespace Tributary.Tests.Items;

public class ItemJsonTests
{
    private static readonly ExternalItem Item = new()
    {
        Id = "T4711",
        Acl = new([new(AclType.Everyone, "everyone", AccessType.Grant)]),
        Properties = Encoding.UTF8.GetBytes("""{"title":"Grüße 😀","priority":9007199254740993,"tags@odata.type":"#Collection(String)","tags":["a"]}"""),
    };

    [Fact]
    public void An_item_is_written_with_its_properties_as_stored_and_null_for_content_that_is_not_there() =>
        Assert.Equal(
            """{"id":"T4711","acl":[{"type":"everyone","value":"everyone","accessType":"grant"}],"properties":{"title":"Grüße 😀","priority":9007199254740993,"tags@odata.type":"#Collection(String)","tags":["a"]},"content":null}""",
            ItemGen.Wire(Item));

    [Fact]
    public void The_context_comes_first_when_there_is_one() =>
        Assert.StartsWith(
            """{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#external/connections('c')/items/$entity","id":"T4711",""",
            ItemGen.Wire(Item, "https://graph.microsoft.com/v1.0/$metadata#external/connections('c')/items/$entity"),
            StringComparison.Ordinal);

    [Theory]
    [InlineData(ExternalItemContentType.Text, "text")]
    [InlineData(ExternalItemContentType.Html, "html")]
    internal void Content_is_written_with_its_text(ExternalItemContentType type, string name) =>
        Assert.EndsWith(
            $$$""","content":{"type":"{{{name}}}","value":"a \"b\""}}""",
            ItemGen.Wire(Item with { Content = new(type, "a \"b\"") }),
            StringComparison.Ordinal);

    [Fact]
    public void The_label_is_written_only_when_the_item_has_one()
    {
        Assert.EndsWith(
            ""","content":null,"informationProtectionLabel":{"sensitivityLabelId":"6f1c"}}""",
            ItemGen.Wire(Item with { SensitivityLabelId = "6f1c" }),
            StringComparison.Ordinal);
        Assert.DoesNotContain("informationProtectionLabel", ItemGen.Wire(Item), StringComparison.Ordinal);
    }

    [Fact]
    public void Activities_are_never_written()
    {
        using var document = JsonDocument.Parse(ItemGen.Wire(Item));

        Assert.Equal(["id", "acl", "properties", "content"], document.RootElement.EnumerateObject().Select(member => member.Name));
    }
}
