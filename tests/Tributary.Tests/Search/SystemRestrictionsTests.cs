using Tributary.Schemas;
using Tributary.Search;
using Tributary.Search.Kql;

namespace Tributary.Tests.Search;

public class SystemRestrictionsTests
{
    private static readonly Schema Schema = new([new Property { Name = "title", Type = PropertyType.String, IsQueryable = true }]);
    private static readonly SystemValues Values = new("0123456789abcdef", "contosohr", "tenant");

    private static KqlNode Parse(string query) => KqlParser.Parse(query, name => PropertyNames.KeyOrNull(Schema, name)).Tree!;

    private static string Read(string query)
    {
        KqlNode tree = Parse(query
            .Replace("HIT", Values.HitId("a"), StringComparison.Ordinal)
            .Replace("DOMAIN", Values.ContentDomain("b"), StringComparison.Ordinal)
            .Replace("LOCATION", Values.Location, StringComparison.Ordinal)
            .Replace("ENTRY", SystemValues.Entry(42), StringComparison.Ordinal));
        Assert.Null(RestrictionRules.ErrorOrNull(tree, Schema));
        return Describe(SystemRestrictions.Resolve(tree, Values));
    }

    private static string Describe(KqlNode node) => node switch
    {
        MatchAll => "all",
        Words words => words.Text,
        Not not => $"not({Describe(not.Operand)})",
        And and => $"and({string.Join(' ', and.Operands.Select(Describe))})",
        Or or => $"or({string.Join(' ', or.Operands.Select(Describe))})",
        Xrank xrank => $"xrank({Describe(xrank.Match)})",
        NoItem => "none",
        ItemWithId item => "item " + item.Id,
        ItemWithKey { Min: var min, Max: var max } => min == max ? $"key {min}" : $"keys {(min == long.MinValue ? "" : min)}..{(max == long.MaxValue ? "" : max)}",
        Restriction restriction => restriction.Property,
        _ => node.GetType().Name,
    };

    [Theory]
    [InlineData("id:HIT", "item a")]
    [InlineData("ID=\"HIT\"", "item a")]
    [InlineData("id<>HIT", "and(all not(item a))")]
    [InlineData("-id:HIT", "not(item a)")]
    [InlineData("SubstrateContentDomainId:DOMAIN", "item b")]
    [InlineData("immutableEntryId:ENTRY", "key 42")]
    [InlineData("substrateLocationId:LOCATION", "all")]
    [InlineData("substrateLocationId<>LOCATION", "and(all not(all))")]
    [InlineData("id:*", "all")]
    [InlineData("documentId<>*", "and(all not(all))")]
    [InlineData("id:DOMAIN", "none")]
    [InlineData("id:nonsense", "none")]
    [InlineData("id<>nonsense", "and(all not(none))")]
    [InlineData("id:a..b", "none")]
    [InlineData("substrateContentDomainId:HIT", "none")]
    [InlineData("immutableEntryId:HIT", "none")]
    [InlineData("substrateLocationId:DOMAIN", "none")]
    public void An_id_is_the_item_that_it_names_or_none(string query, string expected) => Assert.Equal(expected, Read(query));

    [Theory]
    [InlineData("documentId:42", "key 42")]
    [InlineData("documentId=42.0", "key 42")]
    [InlineData("documentId:42.5", "none")]
    [InlineData("documentId:x", "none")]
    [InlineData("documentId<>42", "and(all not(key 42))")]
    [InlineData("documentId>42", "keys 43..")]
    [InlineData("documentId>= 42", "keys 42..")]
    [InlineData("documentId<42", "keys ..41")]
    [InlineData("documentId<=42.5", "keys ..42")]
    [InlineData("documentId:1..5", "keys 1..5")]
    [InlineData("documentId:5..5", "key 5")]
    [InlineData("documentId:5..1", "none")]
    [InlineData("documentId:1..x", "none")]
    [InlineData("documentId:x..5", "none")]
    public void A_document_id_is_a_number_like_any_other(string query, string expected) => Assert.Equal(expected, Read(query));

    [Theory]
    [InlineData("id:(HIT)", "item a")]
    [InlineData("id:(HIT OR nonsense)", "or(item a none)")]
    [InlineData("id:(\"HIT\" -nonsense)", "and(item a not(none))")]
    [InlineData("id:(WORDS(HIT, x))", "or(item a none)")]
    [InlineData("id:(*)", "all")]
    [InlineData("id:(-HIT)", "and(all not(item a))")]
    [InlineData("id:(-HIT -x)", "and(all not(item a) not(none))")]
    [InlineData("x id<>HIT", "and(x all not(item a))")]
    [InlineData("x -id:HIT", "and(x not(item a))")]
    [InlineData("id<>(HIT OR x)", "and(all not(or(item a none)))")]
    [InlineData("x id:(HIT y)", "and(x item a none)")]
    [InlineData("id:HIT id:(x OR y)", "or(item a none none)")]
    [InlineData("id:HIT documentId:42", "and(item a key 42)")]
    [InlineData("documentId:41 documentId:42", "or(key 41 key 42)")]
    [InlineData("title:x OR id:HIT", "or(title item a)")]
    [InlineData("id:HIT XRANK(cb=1) b", "xrank(item a)")]
    public void They_stand_where_any_restriction_may(string query, string expected) => Assert.Equal(expected, Read(query));

    [Fact]
    public void A_test_stands_where_its_restriction_stood()
    {
        KqlNode test = Assert.IsType<And>(SystemRestrictions.Resolve(Parse("a documentId:42"), Values)).Operands[1];
        Assert.Equal((2, 13), (test.Start, test.Length));
    }
}
