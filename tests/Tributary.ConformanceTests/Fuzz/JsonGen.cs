using System.Globalization;
using System.Text;
using System.Text.Json;
using CsCheck;
using Microsoft.OData.Edm;

namespace Tributary.ConformanceTests.Fuzz;

/// <summary>
/// JSON texts for the types of the model: mostly of the right form, now and then with a member that is missing, doubled, unknown, of another type or beyond a
/// bound.
/// </summary>
internal sealed class JsonGen(IEdmModel model)
{
    private const int MaxDepth = 5;

    public static readonly string[] ConnectionIds = ["alpha", "bravo", "charlie"];
    public static readonly string[] ItemIds = ["a", "b", "c-1", "d_2"];
    public static readonly string[] GroupIds = ["crew", "night-shift", "all_hands"];
    public static readonly string[] Users = ["0d5f4e3c-2b1a-4f6e-8d7c-9b0a1c2d3e4f", "e811976d-83df-4cbd-8b9b-5215b18aa874"];

    private static readonly Gen<string> Words = Gen.OneOf(
        "title", "url", "tags", "count", "weight", "done", "modified", "labels", "String", "string", "int64", "stringCollection", "dateTime", "text", "html",
        "everyone", "user", "group", "externalGroup", "grant", "deny", "#microsoft.graph.externalConnectors.externalItem", "microsoft.graph.externalItem",
        "Collection(String)", "#Collection(Int64)", "2026-01-31T23:59:60Z", "9999-12-31T23:59:59.9999999+14:00", "-0001-01-01", "1e400", "NaN", "true", "ready",
        "https://contoso.example/a?b=${c}", "doc_{num}", "(?<num>[0-9]+)", "(a+)+$", "AdaptiveCard", "1.5", "${title}", "external", "search, compliance", "unknownFutureValue");

    private static readonly Gen<string> OddTexts = Gen.OneOf(
        Words,
        Gen.OneOf(Gen.OneOf(ConnectionIds), Gen.OneOf(ItemIds), Gen.OneOf(GroupIds), Gen.OneOf(Users)),
        Gen.String[0, 40],
        Gen.Char["aé東\u0301\u200d\uFEFF\0\r\n\t\"'\\/%*:()<>{}$#."].Array[0, 12].Select(characters => new string(characters)),
        Gen.Int[100, 40_000].Select(length => new string('x', length)));

    /// <summary>A JSON string token, at times with an escape that is no character.</summary>
    private static readonly Gen<string> StringTokens = Gen.Frequency(
        (40, OddTexts.Select(text => JsonSerializer.Serialize(text))),
        (1, Gen.OneOf("\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"\\x\"", "\"")));

    private static readonly Gen<string> NumberTokens = Gen.OneOf(
        Gen.Int[-10, 1000].Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.Long.Select(number => number.ToString(CultureInfo.InvariantCulture)),
        Gen.OneOf("0", "-0", "1e3", "1.0", "9223372036854775807", "9223372036854775808", "1e308", "1e999", "0.1", "-1", "01", "+1", ".5", "1_000"));

    private static readonly Gen<string> Scalars = Gen.Frequency((4, StringTokens), (3, NumberTokens), (2, Gen.OneOf("true", "false", "null")));

    /// <summary>Any JSON value, without regard to the model.</summary>
    public static readonly Gen<string> Anything = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Scalars
        : Gen.Frequency(
            (6, Scalars),
            (1, inner.Array[0, 4].Select(values => $"[{string.Join(',', values)}]")),
            (1, Gen.Select(OddTexts, inner).Array[0, 4].Select(members => $"{{{string.Join(',', members.Select(member => $"{JsonSerializer.Serialize(member.Item1)}:{member.Item2}"))}}}")),
            (1, Gen.Int[60, 200].Select(levels => new string('[', levels) + new string(']', levels)))));

    /// <summary>A body of the named type, as bytes that are not always JSON.</summary>
    public Gen<byte[]> Body(IEdmTypeReference type) => Gen.Frequency(
        (12, Value(type, 0)),
        (1, Anything))
        .SelectMany(Bytes);

    /// <summary>A body made of the members of an action's parameters.</summary>
    public Gen<byte[]> ActionBody(IEdmOperation action) => Members(
        action.Parameters.Skip(1).Select(parameter => (parameter.Name, parameter.Type)), 0).SelectMany(Bytes);

    /// <summary>Bytes of a text that the server should be glad of, or one that was damaged a little.</summary>
    public static Gen<byte[]> Damaged(string text) => Gen.Frequency((3, Gen.Const(Encoding.UTF8.GetBytes(text))), (2, Replaced(text).SelectMany(Bytes)));

    private static Gen<byte[]> Bytes(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return Gen.Frequency(
            (16, Gen.Const(bytes)),
            (1, Gen.Int[0, bytes.Length].Select(length => bytes[..length])),
            (1, Gen.Select(Gen.Int[0, Math.Max(0, bytes.Length - 1)], Gen.Byte, (at, value) => bytes.Length == 0 ? [value] : (byte[])[.. bytes[..at], value, .. bytes[(at + 1)..]])),
            (1, Gen.Byte.Array[0, 4].Select(more => (byte[])[.. bytes, .. more])));
    }

    /// <summary>One value of the JSON text is replaced by any other.</summary>
    private static Gen<string> Replaced(string text)
    {
        int[] colons = [.. Enumerable.Range(0, text.Length).Where(at => text[at] == ':' && at > 0 && text[at - 1] == '"')];
        return colons.Length == 0 ? Anything : Gen.Select(Gen.Int[0, colons.Length - 1], Anything, (which, value) =>
        {
            int from = colons[which] + 1;
            int to = text.IndexOfAny([',', '}', ']'], from);
            return string.Concat(text.AsSpan(0, from), value, text.AsSpan(to));
        });
    }

    private Gen<string> Value(IEdmTypeReference type, int depth)
    {
        Gen<string> right = type.Definition switch
        {
            IEdmCollectionType collection => Value(collection.ElementType, depth + 1).Array[0, 3].Select(values => $"[{string.Join(',', values)}]"),
            IEdmEnumType enumeration => Gen.OneOf([.. enumeration.Members.Select(member => JsonSerializer.Serialize(member.Name))]),
            IEdmStructuredType structured when depth < MaxDepth => Object(structured, depth),
            IEdmPrimitiveType { PrimitiveKind: EdmPrimitiveTypeKind.Boolean } => Gen.OneOf("true", "false", "\"true\""),
            IEdmPrimitiveType { PrimitiveKind: EdmPrimitiveTypeKind.Int32 or EdmPrimitiveTypeKind.Int64 or EdmPrimitiveTypeKind.Double } => NumberTokens,
            IEdmPrimitiveType => StringTokens,
            _ => Gen.Const("{}"),
        };
        return Gen.Frequency((20, right), (1, Anything));
    }

    private Gen<string> Object(IEdmStructuredType type, int depth)
    {
        IEdmStructuredType concrete = model.FindAllDerivedTypes(type).FirstOrDefault() ?? type;
        Gen<string> members = Members(concrete.Properties().Where(property => property is not IEdmNavigationProperty || depth == 0).Select(property => (property.Name, property.Type)), depth);
        string name = ((IEdmSchemaElement)concrete).FullName();
        return Gen.Frequency((3, members), (1, members.Select(text => text.Length > 2 ? $"{{\"@odata.type\":\"#{name}\",{text[1..]}" : text)));
    }

    private Gen<string> Members(IEnumerable<(string Name, IEdmTypeReference Type)> members, int depth)
    {
        Gen<string> all = Gen.Const(string.Empty);
        foreach ((string name, IEdmTypeReference type) in members)
        {
            Gen<string> member = Special(name, depth) is { } special ? Gen.Frequency((6, special), (1, Value(type, depth + 1))) : Value(type, depth + 1);
            Gen<string> written = Gen.Frequency(
                (6, member.Select(value => $"\"{name}\":{value},")),
                (3, Gen.Const(string.Empty)),
                (1, Gen.Select(member, member, (one, other) => $"\"{name}\":{one},\"{name}\":{other},")),
                (1, Gen.Select(OddTexts, member, (other, value) => $"{JsonSerializer.Serialize(other)}:{value},")));
            all = Gen.Select(all, written, string.Concat);
        }

        return all.Select(text => $"{{{text.TrimEnd(',')}}}");
    }

    /// <summary>Values that lead deeper into the server than a random one would.</summary>
    private static Gen<string>? Special(string member, int depth) => member switch
    {
        "id" when depth <= 1 => Quoted([.. ConnectionIds, .. ItemIds, .. GroupIds, .. Users]),
        "baseType" => Quoted(["microsoft.graph.externalItem"]),
        "entityTypes" => Gen.Const("[\"externalItem\"]"),
        "contentSources" => Gen.OneOf(ConnectionIds).Select(id => $"[\"/external/connections/{id}\"]"),
        "queryString" => Gen.OneOf(
            Quoted(["*", "a", "title:a*", "tags:x AND NOT done:true", "count:1..5", "modified>2026-01-01", "\"a b\"", "(a OR b) NEAR(3) c", "-", "title:", "((", "a*b*", "WORDS(a, b)"]),
            Gen.Char["ab*\"():<>=-+. ANDORT#\\"].Array[0, 60].Select(characters => JsonSerializer.Serialize(new string(characters)))),
        _ => null,
    };

    private static Gen<string> Quoted(string[] values) => Gen.OneOf(values).Select(value => JsonSerializer.Serialize(value));
}
