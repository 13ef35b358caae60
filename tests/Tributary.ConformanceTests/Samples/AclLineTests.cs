using MarkdownConnector;
using Microsoft.Graph.Models.ExternalConnectors;

namespace Tributary.ConformanceTests.Samples;

public sealed class AclLineTests
{
    [Theory]
    [InlineData("grant everyone", AccessType.Grant, AclType.Everyone, null)]
    [InlineData("deny everyone", AccessType.Deny, AclType.Everyone, null)]
    [InlineData("grant everyoneExceptGuests", AccessType.Grant, AclType.EveryoneExceptGuests, null)]
    [InlineData("grant group hr", AccessType.Grant, AclType.Group, "hr")]
    [InlineData("  deny   user  reader@tributary.local ", AccessType.Deny, AclType.User, "reader@tributary.local")]
    public void Reads_who_is_granted_or_denied(string line, AccessType access, AclType kind, string? name) =>
        Assert.Equal(new AclLine(access, kind, name), AclLine.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("everyone")]
    [InlineData("grant")]
    [InlineData("grant hr")]
    [InlineData("grant group")]
    [InlineData("grant group human resources")]
    [InlineData("grant group hr, deny group partners")]
    [InlineData("grant everyone but guests")]
    [InlineData("Grant everyone")]
    [InlineData("grant Everyone")]
    [InlineData("allow everyone")]
    [InlineData("denied user reader@tributary.local")]
    [InlineData("grant external partners")]
    public void Refuses_what_it_does_not_understand_and_says_what_to_write(string line)
    {
        FormatException refusal = Assert.Throws<FormatException>(() => AclLine.Parse(line));

        Assert.Contains($"\"{line}\"", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("grant or deny", refusal.Message, StringComparison.Ordinal);
    }
}
