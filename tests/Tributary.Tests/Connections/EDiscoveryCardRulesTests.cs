using System.Text.Json;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Connections;

public class EDiscoveryCardRulesTests(SharedServer shared) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("1.0", "{title}", null)]
    [InlineData("1.2", "{title}: 3 - 4, a_b_c, 2*3*4", null)]
    [InlineData("1.3", "{title}", "$.version: A card for eDiscovery has at most version 1.2.")]
    [InlineData("1.2", "${title}", "$.body[0].text: A card for eDiscovery binds by {name}; it has no ${} expressions.")]
    [InlineData("1.2", "**{title}**", "$.body[0].text: A card for eDiscovery has no markdown.")]
    [InlineData("1.2", "_{title}_", "$.body[0].text: A card for eDiscovery has no markdown.")]
    [InlineData("1.2", "[{title}](https://contoso.example)", "$.body[0].text: A card for eDiscovery has no markdown.")]
    [InlineData("1.2", "- {title}", "$.body[0].text: A card for eDiscovery has no markdown.")]
    public void A_card_for_eDiscovery_is_plain(string version, string text, string? problem)
    {
        JsonElement card = JsonSerializer.SerializeToElement(new { type = "AdaptiveCard", version, body = new[] { new { type = "TextBlock", text } } });
        var problems = new Problems();

        EDiscoveryCardRules.Check(card, "$", problems);

        Assert.Equal(problem ?? "", problems.Count == 0 ? "" : GraphErrors.Invalid(problems).Reason);
    }

    [Theory]
    [InlineData("1.2", 201)]
    [InlineData("1.3", 400)]
    public async Task A_connection_takes_no_newer_card_for_eDiscovery(string version, int status)
    {
        string id = "edisc" + version[2];
        Answer answer = await shared.Server.PostAsync(
            "/beta/external/connections",
            $$"""
            { "id": "{{id}}", "name": "{{id}}", "complianceSettings": { "eDiscoveryResultTemplates": [ { "id": "e1", "priority": 1,
              "layout": { "type": "AdaptiveCard", "version": "{{version}}", "body": [ { "type": "TextBlock", "text": "{title}" } ] } } ] } }
            """);

        answer.ShouldBe(status);
    }
}
