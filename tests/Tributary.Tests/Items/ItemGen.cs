using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CsCheck;
using Tributary.Graph;
using Tributary.Items;
using Tributary.Tests.Acls;

namespace Tributary.Tests.Items;

/// <summary>Bodies of items that fit <see cref="Reading.Schema"/>.</summary>
internal static class ItemGen
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 20],
        Gen.OneOf("Grüße", "日本", "😀", "a\nb", "\"", "\\u", "<&>'+"));

    private static readonly Gen<string> TextJson = Gen.Select(Text, Gen.Bool).Select((text, isEscaped) => isEscaped
        ? JsonSerializer.Serialize(text)
        : JsonSerializer.Serialize(text, RelaxedOptions));

    private static readonly Gen<string> Int64Json = Gen.Long.Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static readonly Gen<string> DoubleJson =
        Gen.Double.Where(double.IsFinite).Select(number => number.ToString("R", CultureInfo.InvariantCulture));

    private static readonly Gen<string> DateJson =
        Gen.DateTimeOffset.Select(instant => JsonSerializer.Serialize(instant.ToString("O", CultureInfo.InvariantCulture)));

    private static readonly Gen<string> PrincipalJson =
        Gen.Select(Gen.OneOf("upn", "email", "entraId", "externalName"), TextJson).Select((name, value) => $$"""{"{{name}}":{{value}}}""");

    private static readonly Gen<string[]> Members = All(
        Member("title", TextJson),
        Member("priority", Int64Json),
        Member("rating", DoubleJson),
        Member("opened", DateJson),
        Member("isUrgent", Gen.OneOf("true", "false")),
        Collection("tags", TextJson, "Collection(String)"),
        Collection("counts", Int64Json, "#Collection(Edm.Int64)"),
        Collection("scores", DoubleJson, "Collection(Double)"),
        Collection("visits", DateJson, "Collection(DateTimeOffset)"),
        Member("author", PrincipalJson),
        Member("readers", PrincipalJson.Array[0, 2].Select(principals => $"[{string.Join(',', principals)}]"))).Select(members => members.Where(member => member.Length > 0).ToArray()).Where(members => members.Any(member => !member.EndsWith(":null", StringComparison.Ordinal)));

    public static readonly Gen<string> Body =
        from acl in AclGen.Acl.Where(acl => acl.Entries.Count > 0)
        from members in Members
        from content in Gen.Select(Gen.OneOf("text", "html"), TextJson).Select((type, value) => $$""","content":{"type":"{{type}}","value":{{value}}}""")
        from hasContent in Gen.Bool
        select $$"""{"acl":{{AclWire(acl)}},"properties":{ {{string.Join(',', members)}} }{{(hasContent ? content : "")}} }""";

    private static JsonSerializerOptions RelaxedOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ExternalItem ToItem(ItemWrite write) => new()
    {
        Id = write.Id,
        Acl = write.Acl!,
        Properties = write.Properties!.Value,
        Content = write.Content,
        SensitivityLabelId = write.SensitivityLabelId,
    };

    public static string Wire(ExternalItem item, string? context = null) => Written(writer => ItemJson.Write(writer, item, context, Selection.All));

    private static string AclWire(Tributary.Acls.Acl acl) => Written(writer => Tributary.Acls.AclJson.Write(writer, acl));

    private static string Written(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Gen<string[]> All(params Gen<string>[] members) =>
        members.Aggregate(Gen.OneOf(new string[][] { [] }), (all, member) => Gen.Select(all, member).Select((before, one) => (string[])[.. before, one]));

    /// <summary>Absent, null, or the value, with or without white space.</summary>
    private static Gen<string> Member(string name, Gen<string> value) =>
        Gen.Select(value, Gen.Int[0, 3]).Select((json, kind) => kind switch
        {
            0 => "",
            1 => $"\"{name}\":null",
            2 => $"\"{name}\" : {json} ",
            _ => $"\"{name.ToUpperInvariant()}\":{json}",
        });

    private static Gen<string> Collection(string name, Gen<string> element, string annotation) =>
        Gen.Select(element.Array[0, 3], Gen.Int[0, 2]).Select((elements, kind) => kind switch
        {
            0 => "",
            1 => $"\"{name}@odata.type\":\"{annotation}\",\"{name}\":[{string.Join(" , ", elements)}]",
            _ => $"\"{name}\":[{string.Join(',', elements)}],\"{name}@odata.type\":\"{annotation}\"",
        });
}
