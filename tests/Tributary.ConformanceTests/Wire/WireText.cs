using System.Text.Json.Nodes;

namespace Tributary.ConformanceTests.Wire;

/// <summary>Bodies to be compared whole: on one line, members in their order, and <c>*</c> for what is another in each run.</summary>
internal static class WireText
{
    private static readonly string[] Changing = ["date", "request-id", "client-request-id"];

    /// <param name="json">The body.</param>
    /// <param name="masked">Texts that are another in each run, wherever they stand in a value.</param>
    public static string Of(string json, params (string Text, string Mask)[] masked)
    {
        JsonNode node = JsonNode.Parse(json)!;
        if (node["error"]?["innerError"] is JsonObject inner)
        {
            foreach (string name in Changing)
            {
                Assert.NotEmpty(inner[name]!.GetValue<string>());
                inner[name] = "*";
            }
        }

        string text = node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        return masked.Aggregate(text, (result, mask) => result.Replace(mask.Text, mask.Mask, StringComparison.Ordinal));
    }
}
